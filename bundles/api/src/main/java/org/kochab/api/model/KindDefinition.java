package org.kochab.api.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a kind that is not built in, for one of its versions.
 *
 * @param origin who defined it
 * @param singular for the shell, for example {@code widget}
 * @param listKind of lists of it, for example {@code WidgetList}
 * @param categories other names by which several kinds are asked for
 * @param schema OpenAPI v3, structural, as a tree like {@link CustomObject#fields}
 * @param columns those of lists, besides the name
 * @param hasStatus whether the status is written apart from the rest
 * @param storedVersion the {@code apiVersion} in which objects are kept
 */
public record KindDefinition(
        Origin origin,
        String singular,
        String listKind,
        List<String> categories,
        Map<String, @Nullable Object> schema,
        List<CustomResourceDefinition.Column> columns,
        boolean hasStatus,
        String storedVersion) {
    public KindDefinition {
        categories = Copies.list(categories);
        schema = Trees.map(schema);
        columns = Copies.list(columns);
    }

    /** Who defines a kind. */
    public enum Origin {
        /** A bundle or the platform's own tenant: one kind for all that have it, which no tenant can replace. */
        SHARED,
        /** A tenant, for itself: unrelated to whatever another tenant calls the same. */
        TENANT
    }
}

package org.kochab.api.resource;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;

/**
 * What to list or watch.
 *
 * @param namespace null for all namespaces
 * @param labels null for all
 * @param fields exact values of {@code metadata.name}, {@code spec.nodeName} or {@code status.phase}; empty for all
 * @param limit page size, 1 to 10,000
 * @param continueFrom a former page's {@link ResourcePage#next}
 */
public record Query(
        @Nullable String namespace,
        @Nullable LabelSelector labels,
        Map<String, String> fields,
        int limit,
        Optional<String> continueFrom) {
    /** Everything in a namespace, or in all for null. */
    public static Query namespace(@Nullable String namespace) {
        return new Query(namespace, null, Map.of(), 10_000, Optional.empty());
    }

    public Query withLabels(@Nullable LabelSelector selector) {
        return new Query(namespace, selector, fields, limit, continueFrom);
    }

    public Query withFields(Map<String, String> values) {
        return new Query(namespace, labels, values, limit, continueFrom);
    }

    public Query page(int size, Optional<String> from) {
        return new Query(namespace, labels, fields, size, from);
    }
}

package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;

/** A query's selectors, checked once. */
public final class Selection {
    private final KindRules<?> rules;
    private final Query query;

    public Selection(ObjectRules rules, Kind kind, Query query) {
        this.rules = rules.of(kind);
        this.query = query;
        Problems problems = new Problems();
        if (query.labels() != null) {
            Names.selector(query.labels(), "labels", problems);
        }
        problems.require(
                query.limit() >= 1 && query.limit() <= 10_000,
                "limit",
                query.limit() + " is out of range; use 1 to 10000");
        for (String path : query.fields().keySet()) {
            problems.oneOf(
                    path,
                    "fields",
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid",
                    "spec.nodeName",
                    "status.phase",
                    "involvedObject.name");
        }
        if (!problems.none()) {
            throw new ResourceException(Reason.INVALID, problems.summary());
        }
    }

    /** Whether every object of the kind under the query's prefix matches. */
    public boolean isAll() {
        return query.labels() == null && query.fields().isEmpty();
    }

    public boolean matches(Resource object) {
        return matches(rules, object);
    }

    private <R extends Resource> boolean matches(KindRules<R> rules, Resource resource) {
        R object = rules.cast(resource);
        if (query.namespace() != null
                && rules.kind().scope() == Kind.Scope.NAMESPACE
                && !query.namespace().equals(object.metadata().namespace())) {
            return false;
        }
        if (query.labels() != null && !query.labels().matches(object.metadata().labels())) {
            return false;
        }
        for (var field : query.fields().entrySet()) {
            Optional<String> actual =
                    switch (field.getKey()) {
                        case "metadata.name" ->
                            Optional.ofNullable(object.metadata().name());
                        case "metadata.namespace" ->
                            Optional.ofNullable(object.metadata().namespace());
                        case "metadata.uid" ->
                            Optional.ofNullable(object.metadata().uid());
                        default -> rules.field(object, field.getKey());
                    };
            if (!field.getValue().equals(actual.orElse(""))) {
                return false;
            }
        }
        return true;
    }
}

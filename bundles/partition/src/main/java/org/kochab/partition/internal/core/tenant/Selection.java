package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;

/** A query's selectors, checked once. */
public final class Selection {
    /** Fields whose value can be found in the JSON as it is: no default stands for it. */
    private static final List<String> STORED_AS_TEXT = List.of("metadata.name", "metadata.uid", "spec.nodeName");
    /** Values that JSON has in one form only, in quotes. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]+");

    private final KindRules<?> rules;
    private final Query query;
    /** What the JSON of everything that matches contains. */
    private final List<Needle> needles = new ArrayList<>();

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
        if (query.labels() != null) {
            query.labels().matchLabels().values().forEach(this::mustContain);
        }
        query.fields().forEach((path, value) -> {
            if (STORED_AS_TEXT.contains(path)) {
                mustContain(value);
            }
        });
    }

    private void mustContain(String value) {
        if (PLAIN.matcher(value).matches()) {
            needles.add(new Needle('"' + value + '"'));
        }
    }

    /**
     * Whether a stored object can match at all, from its bytes alone: many times faster than to decode it. What this denies does not match; what it
     * allows may not match either.
     */
    public boolean mayMatch(byte[] stored) {
        for (Needle needle : needles) {
            if (!needle.isIn(stored)) {
                return false;
            }
        }
        return true;
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

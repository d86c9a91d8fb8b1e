package org.kochab.partition.internal.core.tenant;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Kind;
import org.kochab.api.model.KindDefinition;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.schema.Fields;
import org.kochab.schema.JsonPath;
import org.kochab.schema.Node;
import org.kochab.schema.check.Defaults;
import org.kochab.schema.check.Validation;

/** A kind by its definition. Of one that is only named, everything is right: such objects are deleted and let go, not written. */
final class CustomRules implements KindRules<CustomObject> {
    private static final String STATUS = "status";

    private final Kind kind;
    private final @Nullable KindDefinition definition;

    CustomRules(Kind kind) {
        this.kind = kind;
        this.definition = kind.definition();
    }

    @Override
    public Kind kind() {
        return kind;
    }

    private boolean hasSchema() {
        return definition != null && !definition.schema().isEmpty();
    }

    private boolean hasStatus() {
        return definition != null && definition.hasStatus();
    }

    /** Without fields that the schema does not have, with its defaults, in the version that is stored. */
    @Override
    public CustomObject complete(CustomObject wanted) {
        if (definition == null || !hasSchema()) {
            return wanted;
        }
        Map<String, @Nullable Object> known =
                Fields.prune(wanted.fields(), definition.schema(), (path, sentence) -> {});
        CustomObject full = wanted.withFields(Defaults.fill(known, definition.schema()));
        return full.apiVersion().equals(definition.storedVersion())
                ? full
                : full.withApiVersion(definition.storedVersion());
    }

    @Override
    public void check(CustomObject object, Problems problems) {
        if (definition != null && hasSchema()) {
            Validation.check(object.fields(), definition.schema(), problems::add);
        }
    }

    @Override
    public void checkChange(CustomObject current, CustomObject wanted, Problems problems) {
        // The schema says all.
    }

    @Override
    public CustomObject merge(CustomObject current, CustomObject wanted) {
        CustomObject merged = hasStatus() ? wanted.with(STATUS, current.fields().get(STATUS)) : wanted;
        return definition == null ? merged : merged.withApiVersion(definition.storedVersion());
    }

    @Override
    public CustomObject withStatusOf(CustomObject current, CustomObject other) {
        if (definition != null && !hasStatus()) {
            throw new ResourceException(
                    Reason.INVALID,
                    "status: " + kind.name()
                            + " has no status that is written apart; its definition names no subresource status. Change the object itself");
        }
        Map<String, @Nullable Object> status = new TreeMap<>();
        if (other.fields().get(STATUS) != null) {
            status.put(STATUS, other.fields().get(STATUS));
        }
        Map<String, @Nullable Object> schema = statusSchema();
        if (!schema.isEmpty()) {
            status = Defaults.fill(Fields.prune(status, schema, (path, sentence) -> {}), schema);
            Problems problems = new Problems();
            Validation.check(status, schema, problems::add);
            ObjectRules.refuse(this, current, problems);
        }
        return current.with(STATUS, status.get(STATUS));
    }

    /** The schema without all but the status: the rest may have been stored under an older one, and is not touched. */
    private Map<String, @Nullable Object> statusSchema() {
        if (definition == null || !hasSchema()) {
            return Collections.emptyMap();
        }
        Node all = new Node(definition.schema());
        Map<String, @Nullable Object> only = new TreeMap<>();
        only.put("type", "object");
        only.put(Node.PRESERVE, all.keepsUnknown());
        all.property(STATUS).ifPresent(s -> only.put("properties", Collections.singletonMap(STATUS, s.keywords())));
        return only;
    }

    @Override
    public CustomObject fresh(CustomObject wanted) {
        return hasStatus() ? wanted.with(STATUS, null) : wanted;
    }

    @Override
    public boolean sameSpec(CustomObject a, CustomObject b) {
        return hasStatus()
                ? a.with(STATUS, null).fields().equals(b.with(STATUS, null).fields())
                : a.fields().equals(b.fields());
    }

    @Override
    public Optional<String> field(CustomObject object, String path) {
        return JsonPath.parse("." + path).first(object.fields()).map(String::valueOf);
    }

    @Override
    public boolean owner() {
        return true;
    }
}

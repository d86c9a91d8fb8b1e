package org.kochab.gateway.internal.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A field selector: what the platform looks up itself, and what is left to be looked at in each object it found.
 *
 * @param known exact values of fields that the platform selects by
 * @param left all others
 */
public record FieldSelector(Map<String, String> known, List<Term> left) {
    private static final List<String> KNOWN = List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "status.phase",
            "involvedObject.name");

    /** None of these changes while an object lives. */
    private static final List<String> LASTING = List.of(
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.fieldPath",
            "involvedObject.resourceVersion",
            "reason",
            "type");

    private static final List<String> CHANGING =
            List.of("spec.unschedulable", "spec.restartPolicy", "spec.schedulerName");

    /** @param equal whether the field is to have the value, or must not have it */
    public record Term(String path, boolean equal, String value) {
        boolean matches(JsonNode object) {
            return Json.at(object, path).asText("").equals(value) == equal;
        }
    }

    public static FieldSelector of(@Nullable String text) {
        Map<String, String> known = new TreeMap<>();
        List<Term> left = new ArrayList<>();
        if (text != null) {
            for (String part : text.split(",")) {
                boolean equal = !part.contains("!=");
                String[] sides = part.split(equal ? "==?" : "!=", 2);
                String path = sides[0].strip();
                if (sides.length != 2 || !KNOWN.contains(path) && !LASTING.contains(path) && !CHANGING.contains(path)) {
                    throw ApiError.badRequest("field selector '" + part
                            + "' is not supported: write FIELD=VALUE or FIELD!=VALUE with one of "
                            + String.join(", ", KNOWN) + ", " + String.join(", ", LASTING));
                }
                String value = sides[1].strip();
                if (equal && KNOWN.contains(path) && !value.equals(known.getOrDefault(path, value))) {
                    left.add(new Term(path, true, value));
                } else if (equal && KNOWN.contains(path)) {
                    known.put(path, value);
                } else {
                    left.add(new Term(path, equal, value));
                }
            }
        }
        return new FieldSelector(known, left);
    }

    /** Whether what the platform found is wanted. */
    public boolean matches(JsonNode object) {
        return left.stream().allMatch(t -> t.matches(object));
    }

    /** A watch cannot tell when an object begins or ceases to match by a field that changes and that the platform does not select by. */
    public void requireWatchable() {
        for (Term t : left) {
            if (!LASTING.contains(t.path()) && !t.path().startsWith("metadata.")) {
                throw ApiError.badRequest("field selector '" + t.path() + (t.equal() ? "=" : "!=") + t.value()
                        + "' cannot be watched: list with it, or watch with one of " + String.join(", ", KNOWN));
            }
        }
    }
}

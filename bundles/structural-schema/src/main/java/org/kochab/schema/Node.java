package org.kochab.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One place of a schema. Made for a schema that {@code Definitions} has found right; of another one it says what it understands.
 *
 * @param keywords as they are written
 */
public record Node(Map<String, @Nullable Object> keywords) {
    public static final String INT_OR_STRING = "x-kubernetes-int-or-string";
    public static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    public static final String EMBEDDED = "x-kubernetes-embedded-resource";

    /** What every object has without being told, and what is not among an object's own fields. */
    public static final List<String> OF_EVERY_OBJECT = List.of("apiVersion", "kind", "metadata");

    public @Nullable String type() {
        return text("type");
    }

    public @Nullable String text(String keyword) {
        return keywords.get(keyword) instanceof String text ? text : null;
    }

    public boolean is(String keyword) {
        return Boolean.TRUE.equals(keywords.get(keyword));
    }

    public @Nullable Number number(String keyword) {
        return keywords.get(keyword) instanceof Number number ? number : null;
    }

    public List<?> list(String keyword) {
        return keywords.get(keyword) instanceof List<?> list ? list : List.of();
    }

    /** The schemas of the named fields, as they are written. */
    public Map<String, @Nullable Object> properties() {
        return tree(keywords.get("properties"));
    }

    public Optional<Node> property(String name) {
        return node(properties().get(name));
    }

    /** The schema of elements. */
    public Optional<Node> items() {
        return node(keywords.get("items"));
    }

    /** The schema of fields that are not named. */
    public Optional<Node> additional() {
        return node(keywords.get("additionalProperties"));
    }

    /** Whether fields that are not named are kept whatever they are. */
    public boolean keepsUnknown() {
        return is(PRESERVE) || Boolean.TRUE.equals(keywords.get("additionalProperties"));
    }

    /** The schema of a field, or nothing if there is no such field; one that may be anything has an empty schema. */
    public Optional<Node> field(String name) {
        Optional<Node> named = property(name);
        if (named.isPresent()) {
            return named;
        }
        Optional<Node> other = additional();
        boolean anything = keepsUnknown() || is(EMBEDDED) && OF_EVERY_OBJECT.contains(name);
        return other.isPresent() || !anything ? other : Optional.of(ANYTHING);
    }

    private static final Node ANYTHING = new Node(Map.of(PRESERVE, true));

    /** What is there if it is a schema. */
    public static Optional<Node> node(@Nullable Object value) {
        return value instanceof Map<?, ?> ? Optional.of(new Node(tree(value))) : Optional.empty();
    }

    /** An object of a tree; empty if it is something else. */
    @SuppressWarnings("unchecked")
    public static Map<String, @Nullable Object> tree(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    /** {@code a.b}, or {@code a[b.c]} for a name that has a dot itself. */
    public static String path(String parent, String field) {
        if (field.indexOf('.') >= 0) {
            return parent + "[" + field + "]";
        }
        return parent.isEmpty() ? field : parent + "." + field;
    }
}

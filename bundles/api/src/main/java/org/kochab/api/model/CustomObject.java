package org.kochab.api.model;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An object of a kind that a bundle or a tenant has defined. {@code fields} is everything but {@code apiVersion}, {@code kind} and
 * {@code metadata}, as a tree of maps, lists, strings, numbers and booleans: at most 48 levels and 100,000 values. Trees are kept in one form: keys in
 * order, whole numbers as {@link Long}, others as {@link Double}; nothing in them can be changed.
 */
public record CustomObject(String apiVersion, String kind, ObjectMeta metadata, Map<String, @Nullable Object> fields)
        implements Resource {
    /** @throws IllegalArgumentException if {@code fields} is not such a tree; the message names the place */
    public CustomObject {
        fields = Trees.map(fields);
        for (String own : new String[] {"apiVersion", "kind", "metadata"}) {
            if (fields.containsKey(own)) {
                throw new IllegalArgumentException(own + ": is no field among others");
            }
        }
    }

    @Override
    public CustomObject withMetadata(ObjectMeta value) {
        return new CustomObject(apiVersion, kind, value, fields);
    }

    public CustomObject withApiVersion(String value) {
        return new CustomObject(value, kind, metadata, fields);
    }

    public CustomObject withFields(Map<String, @Nullable Object> value) {
        return new CustomObject(apiVersion, kind, metadata, value);
    }

    /** With one field more or another value for it; null takes it away. */
    public CustomObject with(String field, @Nullable Object value) {
        Map<String, @Nullable Object> changed = new TreeMap<>(fields);
        if (value == null) {
            changed.remove(field);
        } else {
            changed.put(field, value);
        }
        return withFields(changed);
    }

    public Map<String, @Nullable Object> spec() {
        return map("spec");
    }

    public Map<String, @Nullable Object> status() {
        return map("status");
    }

    /** A field that is an object; empty if it is not there or something else. */
    @SuppressWarnings("unchecked")
    private Map<String, @Nullable Object> map(String field) {
        return fields.get(field) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }
}

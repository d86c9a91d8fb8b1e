package org.kochab.api.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON as maps, lists, strings, numbers and booleans, in one form only, so that equal trees are equal objects: keys in order, whole numbers as
 * {@link Long}, others as {@link Double}. Nothing in it can be changed.
 */
final class Trees {
    private static final int DEEPEST = 48;
    private static final int MOST_VALUES = 100_000;

    private int values;

    private Trees() {}

    /**
     * A copy; a map that is such a copy already is returned as it is.
     *
     * @throws IllegalArgumentException if there is something else in it, or too much; the message names the place
     */
    static Map<String, @Nullable Object> map(@Nullable Map<String, @Nullable Object> map) {
        if (map == null || map.isEmpty()) {
            return Collections.emptyMap();
        }
        return map instanceof Frozen ? map : new Trees().copy(map, "", 0);
    }

    private Frozen copy(Map<?, ?> map, String path, int depth) {
        TreeMap<String, @Nullable Object> copy = new TreeMap<>();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new IllegalArgumentException(at(path) + "has a key that is not a text");
            }
            copy.put(name, value(value, path.isEmpty() ? name : path + "." + name, depth + 1));
        });
        return new Frozen(Collections.unmodifiableMap(copy));
    }

    private @Nullable Object value(@Nullable Object value, String path, int depth) {
        if (++values > MOST_VALUES) {
            throw new IllegalArgumentException("has more than " + MOST_VALUES + " values: divide the object");
        }
        if (depth > DEEPEST) {
            throw new IllegalArgumentException(at(path) + "is nested more than " + DEEPEST + " levels deep");
        }
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Frozen) {
            return value;
        }
        if (value instanceof Number number) {
            return number(number, path);
        }
        if (value instanceof Map<?, ?> map) {
            return copy(map, path, depth);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            for (Object item : list) {
                copy.add(value(item, path + "[" + copy.size() + "]", depth + 1));
            }
            return Collections.unmodifiableList(copy);
        }
        throw new IllegalArgumentException(at(path) + "is a " + value.getClass().getSimpleName()
                + "; use maps, lists, strings, numbers and booleans");
    }

    private static Number number(Number number, String path) {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return number.longValue();
        }
        if (number instanceof BigInteger big) {
            if (big.bitLength() > 63) {
                throw new IllegalArgumentException(
                        at(path) + "is a whole number of more than 64 bits; write it as text");
            }
            return big.longValue();
        }
        if (number instanceof Double || number instanceof Float || number instanceof BigDecimal) {
            double value = number.doubleValue();
            if (Double.isInfinite(value) || Double.isNaN(value)) {
                throw new IllegalArgumentException(at(path) + "is not a number that JSON can have");
            }
            return value;
        }
        throw new IllegalArgumentException(
                at(path) + "is a " + number.getClass().getSimpleName() + "; use long or double");
    }

    private static String at(String path) {
        return path.isEmpty() ? "" : path + ": ";
    }

    /** A map that is known to be such a copy. */
    private static final class Frozen extends AbstractMap<String, @Nullable Object> {
        private final Map<String, @Nullable Object> entries;

        Frozen(Map<String, @Nullable Object> entries) {
            this.entries = entries;
        }

        @Override
        public @Nullable Object get(Object key) {
            return entries.get(key);
        }

        @Override
        public boolean containsKey(Object key) {
            return entries.containsKey(key);
        }

        @Override
        public Set<Map.Entry<String, @Nullable Object>> entrySet() {
            return entries.entrySet();
        }
    }
}

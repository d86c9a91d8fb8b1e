package org.kochab.api.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Defensive copies with a fixed order: the JDK's own immutable maps iterate in an order that differs between JVMs. */
final class Copies {
    private Copies() {}

    static <T> List<T> list(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    static <V> Map<String, V> map(@Nullable Map<String, V> map) {
        if (map == null || map.isEmpty()) {
            return Collections.emptyMap();
        }
        SortedMap<String, V> copy = new TreeMap<>(map);
        return Collections.unmodifiableSortedMap(copy);
    }
}

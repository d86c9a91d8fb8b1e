package org.kochab.partition.internal.core.tenant;

import java.util.Collections;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which tenants a partition does not have, or has only just got. Not thread-safe. */
final class Moves {
    private final Set<String> closed = new TreeSet<>();
    /** By tenant that came: managers that were not read since. */
    private final TreeMap<String, Set<String>> unasked = new TreeMap<>();

    void closed(String tenant) {
        closed.add(tenant);
        unasked.remove(tenant);
    }

    void opened(String tenant, Set<String> managers) {
        closed.remove(tenant);
        if (!managers.isEmpty()) {
            unasked.put(tenant, new TreeSet<>(managers));
        }
    }

    boolean isClosed(String tenant) {
        return closed.contains(tenant);
    }

    Set<String> closed() {
        return new TreeSet<>(closed);
    }

    Set<String> unasked(String tenant) {
        return unasked.isEmpty() ? Collections.emptySet() : unasked.getOrDefault(tenant, Collections.emptySet());
    }

    /** @return whether that was what a tenant waited for */
    boolean read(String manager) {
        boolean any = false;
        for (Set<String> managers : unasked.values()) {
            any |= managers.remove(manager);
        }
        unasked.values().removeIf(Set::isEmpty);
        return any;
    }
}

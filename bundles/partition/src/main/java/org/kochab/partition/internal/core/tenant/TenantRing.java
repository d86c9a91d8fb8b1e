package org.kochab.partition.internal.core.tenant;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for several tenants: one of each in turn, each tenant's in the order they came. So whoever has one waits for one of each other tenant, however many
 * those have. This is round robin as Nagle's <em>On Packet Switches With Infinite Storage</em> (RFC 970) has it, with tenants for hosts. Not thread-safe.
 */
final class TenantRing<T> {
    private record Line<T>(String tenant, ArrayDeque<T> items) {}

    private final Map<String, Line<T>> lines = new HashMap<>();
    /** Those that have something, in the order of their turns. */
    private final ArrayDeque<Line<T>> turns = new ArrayDeque<>();

    private int size;

    void add(String tenant, T item) {
        Line<T> line = lines.get(tenant);
        if (line == null) {
            line = new Line<>(tenant, new ArrayDeque<>());
            lines.put(tenant, line);
            turns.add(line);
        }
        line.items.add(item);
        size++;
    }

    /** Takes the next; null if there is none. */
    @Nullable
    T poll() {
        Line<T> line = turns.poll();
        if (line == null) {
            return null;
        }
        T item = line.items.remove();
        size--;
        if (line.items.isEmpty()) {
            lines.remove(line.tenant);
        } else {
            turns.add(line);
        }
        return item;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }
}

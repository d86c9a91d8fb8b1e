package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who has how much, exactly: a column of allocatable and one of used amounts for each resource, a row for each node. Amounts are as in
 * {@link org.kochab.api.node.Claim}: thousandths for {@code cpu}, whole units for the rest.
 */
final class Capacity {
    /** Names come from nodes: without a limit they could fill the memory. */
    static final int MOST_RESOURCES = 64;

    private final Map<String, Integer> columns = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final List<long[]> allocatable = new ArrayList<>();
    private final List<long[]> used = new ArrayList<>();
    private int rows;

    /** So many amounts are remembered, that equal pods share theirs. */
    private static final int MOST_SHARED = 4_096;

    private final Map<Map<String, Long>, Amounts> shared = new HashMap<>();

    /** An amount of some resources: column and amount at the same position. */
    record Amounts(int[] columns, long[] values) {}

    /** Whether the names fit beside those already known. */
    boolean accepts(Iterable<String> resources) {
        int known = names.size();
        for (String r : resources) {
            if (!columns.containsKey(r)) {
                known++;
            }
        }
        return known <= MOST_RESOURCES;
    }

    /** @return null if no node ever had one of the resources: callers must not be able to add columns */
    @Nullable
    Amounts amounts(Map<String, Long> requests) {
        return amounts(requests, false);
    }

    /** Of a claim that was granted before: its resources are taken in again, even if no node has them now. */
    Amounts granted(Map<String, Long> requests) {
        Amounts amounts = amounts(requests, true);
        if (amounts == null) {
            throw new IllegalStateException("a stored claim has more than " + MOST_RESOURCES + " resources");
        }
        return amounts;
    }

    private @Nullable Amounts amounts(Map<String, Long> requests, boolean define) {
        Amounts known = shared.get(requests);
        if (known != null) {
            return known;
        }
        Amounts amounts = found(requests, define);
        if (amounts != null) {
            if (shared.size() == MOST_SHARED) {
                shared.clear();
            }
            shared.put(new TreeMap<>(requests), amounts);
        }
        return amounts;
    }

    private @Nullable Amounts found(Map<String, Long> requests, boolean define) {
        int[] at = new int[requests.size()];
        long[] values = new long[at.length];
        int i = 0;
        for (var e : requests.entrySet()) {
            Integer known = columns.get(e.getKey());
            int column = known != null ? known : define ? column(e.getKey()) : -1;
            if (column < 0) {
                return null;
            }
            at[i] = column;
            values[i++] = e.getValue();
        }
        return new Amounts(at, values);
    }

    void allocatable(int row, Map<String, Long> amounts) {
        grow(row);
        for (long[] column : allocatable) {
            column[row] = 0;
        }
        amounts.forEach((name, amount) -> {
            int column = column(name);
            if (column >= 0) {
                allocatable.get(column)[row] = amount;
            }
        });
    }

    void clear(int row) {
        grow(row);
        allocatable.forEach(c -> c[row] = 0);
        used.forEach(c -> c[row] = 0);
    }

    /** The first column in which the row has too little free; -1 if everything fits. */
    int shortage(int row, Amounts amounts) {
        for (int i = 0; i < amounts.columns.length; i++) {
            int c = amounts.columns[i];
            if (amounts.values[i] > allocatable.get(c)[row] - used.get(c)[row]) {
                return c;
            }
        }
        return -1;
    }

    void take(int row, Amounts amounts) {
        for (int i = 0; i < amounts.columns.length; i++) {
            used.get(amounts.columns[i])[row] += amounts.values[i];
        }
    }

    void give(int row, Amounts amounts) {
        for (int i = 0; i < amounts.columns.length; i++) {
            used.get(amounts.columns[i])[row] -= amounts.values[i];
        }
    }

    long used(int row, String resource) {
        Integer column = columns.get(resource);
        return column == null ? 0 : used.get(column)[row];
    }

    long free(int row, int column) {
        return allocatable.get(column)[row] - used.get(column)[row];
    }

    String name(int column) {
        return names.get(column);
    }

    /** What the row has free, by name; less than nothing shows as nothing. */
    Map<String, Long> free(int row) {
        Map<String, Long> free = new TreeMap<>();
        for (int c = 0; c < names.size(); c++) {
            if (allocatable.get(c)[row] != 0) {
                free.put(names.get(c), Math.max(0, free(row, c)));
            }
        }
        return free;
    }

    private int column(String name) {
        Integer known = columns.get(name);
        if (known != null) {
            return known;
        }
        if (names.size() == MOST_RESOURCES) {
            return -1;
        }
        columns.put(name, names.size());
        names.add(name);
        allocatable.add(new long[rows]);
        used.add(new long[rows]);
        return names.size() - 1;
    }

    private void grow(int row) {
        if (row < rows) {
            return;
        }
        rows = Math.max(16, Math.max(row + 1, rows + rows / 2));
        allocatable.replaceAll(c -> Arrays.copyOf(c, rows));
        used.replaceAll(c -> Arrays.copyOf(c, rows));
    }
}

package org.kochab.partition.internal.core.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.kochab.api.model.Quantity;

/**
 * Amounts by resource and slot. The number of resources is bounded: a resource beyond the bound counts as one that no node has, so that pods asking
 * for it wait instead of being placed blindly.
 */
final class ResourceColumns {
    static final int MOST_RESOURCES = 64;

    private final Map<String, Integer> indexOf = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final List<long[]> allocatable = new ArrayList<>();
    private final List<double[]> inverse = new ArrayList<>();
    private final List<long[]> committed = new ArrayList<>();
    private int capacity;
    private long[] none;
    private double[] noInverse;

    ResourceColumns(int capacity) {
        this.capacity = capacity;
        this.none = new long[capacity];
        this.noInverse = new double[capacity];
    }

    void grow(int newCapacity) {
        capacity = newCapacity;
        none = new long[newCapacity];
        noInverse = new double[newCapacity];
        inverse.replaceAll(c -> Arrays.copyOf(c, newCapacity));
        allocatable.replaceAll(c -> Arrays.copyOf(c, newCapacity));
        committed.replaceAll(c -> Arrays.copyOf(c, newCapacity));
    }

    List<String> names() {
        return names;
    }

    long[] allocatable(String resource) {
        Integer i = indexOf.get(resource);
        return i == null ? none : allocatable.get(i);
    }

    /** One divided by {@link #allocatable}; 0 for none. */
    double[] inverse(String resource) {
        Integer i = indexOf.get(resource);
        return i == null ? noInverse : inverse.get(i);
    }

    long[] committed(String resource) {
        Integer i = indexOf.get(resource);
        return i == null ? none : committed.get(i);
    }

    /** Replaces what a node offers. A quantity that cannot be read counts as none of it. */
    void setAllocatable(int slot, Map<String, String> quantities) {
        for (int i = 0; i < names.size(); i++) {
            allocatable.get(i)[slot] = 0;
            inverse.get(i)[slot] = 0;
        }
        quantities.forEach((resource, text) -> {
            int i = index(resource);
            if (i >= 0) {
                long amount = amount(resource, text);
                allocatable.get(i)[slot] = amount;
                inverse.get(i)[slot] = amount > 0 ? 1.0 / amount : 0;
            }
        });
    }

    private static long amount(String resource, String text) {
        try {
            long milli = Quantity.parse(text).milli();
            return Math.max(0, resource.equals("cpu") ? milli : milli / 1000);
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    void commit(int slot, Shape shape, int sign) {
        for (int k = 0; k < shape.resources.length; k++) {
            committed.get(shape.resources[k])[slot] += sign * shape.amounts[k];
        }
    }

    private int index(String resource) {
        Integer known = indexOf.get(resource);
        if (known != null) {
            return known;
        }
        if (names.size() == MOST_RESOURCES) {
            return -1;
        }
        indexOf.put(resource, names.size());
        names.add(resource);
        allocatable.add(new long[capacity]);
        inverse.add(new double[capacity]);
        committed.add(new long[capacity]);
        return names.size() - 1;
    }

    /** What pods of one kind ask for; shared by all claims that ask for the same. */
    Shape shape(SortedMap<String, Long> requests) {
        int[] resources = new int[requests.size()];
        long[] amounts = new long[requests.size()];
        int n = 0;
        for (var e : requests.entrySet()) {
            int i = index(e.getKey());
            if (i >= 0 && e.getValue() != 0) {
                resources[n] = i;
                amounts[n++] = e.getValue();
            }
        }
        return new Shape(requests, Arrays.copyOf(resources, n), Arrays.copyOf(amounts, n));
    }

    /** Requests as column indexes and amounts, with the number of claims that share it. */
    static final class Shape {
        final SortedMap<String, Long> requests;
        final int[] resources;
        final long[] amounts;
        int claims;

        Shape(SortedMap<String, Long> requests, int[] resources, long[] amounts) {
            this.requests = requests;
            this.resources = resources;
            this.amounts = amounts;
        }
    }
}

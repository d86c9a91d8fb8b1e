package org.kochab.chaos.load.internal.swap;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Durations, of which percentiles are asked when all are there. One thread. */
final class Durations {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double ROUNDED_TO = 100;

    private long[] nanos = new long[1_024];
    private int size;

    void add(long duration) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = duration;
    }

    int size() {
        return size;
    }

    /** In milliseconds; 0 if there are none. */
    double at(double part) {
        Arrays.sort(nanos, 0, size);
        double millis = size == 0 ? 0 : nanos[(int) Math.min(size - 1L, (long) (size * part))] / NANOS_PER_MILLI;
        return Math.round(millis * ROUNDED_TO) / ROUNDED_TO;
    }

    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("p50", at(0.5));
        figures.put("p99", at(0.99));
        figures.put("max", at(1));
        return figures;
    }
}

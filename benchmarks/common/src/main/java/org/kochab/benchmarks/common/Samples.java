package org.kochab.benchmarks.store;

import java.util.Arrays;
import java.util.List;

/** Numbers, of which percentiles are asked later. One thread adds. */
final class Samples {
    private long[] values = new long[1_024];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    static Samples of(List<Samples> all) {
        Samples together = new Samples();
        for (Samples s : all) {
            for (int i = 0; i < s.size; i++) {
                together.add(s.values[i]);
            }
        }
        together.sort();
        return together;
    }

    Samples sort() {
        Arrays.sort(values, 0, size);
        return this;
    }

    /** After {@link #sort}; 0 if there are none. */
    long at(double part) {
        return size == 0 ? 0 : values[(int) Math.min(size - 1, size * part)];
    }

    /** The middle one of the rounds' figures. */
    static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }
}

package org.kochab.benchmarks.common;

import java.util.Arrays;
import java.util.List;

/** Numbers, of which percentiles are asked later. One thread adds. */
public final class Samples {
    private long[] values = new long[1_024];
    private int size;

    public void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    public int size() {
        return size;
    }

    public static Samples of(List<Samples> all) {
        Samples together = new Samples();
        for (Samples s : all) {
            for (int i = 0; i < s.size; i++) {
                together.add(s.values[i]);
            }
        }
        together.sort();
        return together;
    }

    public Samples sort() {
        Arrays.sort(values, 0, size);
        return this;
    }

    /** After {@link #sort}; 0 if there are none. */
    public long at(double part) {
        return size == 0 ? 0 : values[(int) Math.min(size - 1, size * part)];
    }

    /** The middle one of the rounds' figures. */
    public static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }
}

package org.kochab.store.ignite.internal.core;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/** The durations of the newest commits, in microseconds; safe for any thread. */
public final class Latencies {
    private static final int WINDOW = 1024;

    private final AtomicIntegerArray newest = new AtomicIntegerArray(WINDOW);
    private final AtomicLong count = new AtomicLong();

    public void add(long micros) {
        newest.set((int) (count.getAndIncrement() % WINDOW), (int) Math.min(Integer.MAX_VALUE, Math.max(0, micros)));
    }

    /**
     * A percentile of the newest commits.
     *
     * @param percent 0 to 100
     * @return microseconds, -1 if there were none
     */
    public long percentile(int percent) {
        int n = (int) Math.min(WINDOW, count.get());
        if (n == 0) {
            return -1;
        }
        int[] sorted = new int[n];
        for (int i = 0; i < n; i++) {
            sorted[i] = newest.get(i);
        }
        Arrays.sort(sorted);
        return sorted[Math.min(n - 1, n * percent / 100)];
    }
}

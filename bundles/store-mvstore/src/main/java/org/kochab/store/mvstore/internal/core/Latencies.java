package org.kochab.store.mvstore.internal.core;

import java.util.Arrays;

/** How long the newest of something took, in microseconds. Safe for any thread. */
public final class Latencies {
    private final int[] newest = new int[1024];
    private long count;

    public synchronized void add(long micros) {
        newest[(int) (count++ % newest.length)] = (int) Math.min(Integer.MAX_VALUE, micros);
    }

    /** @param percent 0 to 99; the answer is -1 if there were none */
    public synchronized long percentile(int percent) {
        if (count == 0) {
            return -1;
        }
        int[] sorted = Arrays.copyOf(newest, (int) Math.min(newest.length, count));
        Arrays.sort(sorted);
        return sorted[sorted.length * percent / 100];
    }
}

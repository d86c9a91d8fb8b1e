package org.kochab.partition.internal.core.tenant;

/** Waits that double with each try. */
final class Backoff {
    /** So often doubled, every first wait here is longer than its longest. */
    private static final int MOST_DOUBLINGS = 20;

    private Backoff() {}

    /**
     * @param longest in the unit of {@code first}
     * @param times how often it was tried in vain before this time, not negative
     */
    static long after(long first, long longest, int times) {
        return Math.min(longest, first << Math.min(MOST_DOUBLINGS, times));
    }
}

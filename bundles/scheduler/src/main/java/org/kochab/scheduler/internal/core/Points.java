package org.kochab.scheduler.internal.core;

/**
 * Scores as whole numbers, 2^20 to the point: sums are exact and do not depend on the order of adding, so that ranking once and placing many gives
 * exactly what scanning for each pod would. A rank is points above 36 bits that break ties.
 */
final class Points {
    private static final int TIE_BITS = 36;
    private static final long TIE_MASK = (1L << TIE_BITS) - 1;
    private static final double SCALE = 1 << 20;

    private Points() {}

    /** One part of a score: a plugin's 0 to 100 times its share of all weights. What is not a number counts as 0. */
    static long of(double score, double share) {
        double cut = score > 0 ? Math.min(score, 100) : 0;
        return (long) (cut * share * SCALE + 0.5);
    }

    static double score(long rank) {
        return (rank >> TIE_BITS) / SCALE;
    }

    static long rank(long points, long tie) {
        return points << TIE_BITS | tie;
    }

    static long raise(long rank, long points) {
        return rank + (points << TIE_BITS);
    }

    static long tie(long identity, long seed) {
        long h = (identity ^ seed) * 0xBF58476D1CE4E5B9L;
        h ^= h >>> 32;
        h *= 0x94D049BB133111EBL;
        return (h >>> 28) & TIE_MASK;
    }
}

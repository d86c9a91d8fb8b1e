package org.kochab.scheduler.internal.core;

/**
 * Scores as whole numbers, 2^20 to the point, held in doubles: sums are exact and do not depend on the order of adding, so that ranking once and placing
 * many gives exactly what scanning for each pod would; and loops over them run several slots at a time. A rank is points above 36 bits that break ties.
 */
final class Points {
    private static final int TIE_BITS = 36;
    private static final long TIE_MASK = (1L << TIE_BITS) - 1;
    /** No tie is higher. */
    static final long MOST_TIE = TIE_MASK;

    private static final double SCALE = 1 << 20;

    private static final double HIGHEST_SCORE = 100;
    /** What a vendor's rounding may be off the scale. */
    private static final double TOLERANCE = 1e-6;

    private Points() {}

    /** Whether a vendor's score is on the scale. */
    static boolean isScore(double score) {
        return score >= -TOLERANCE && score <= HIGHEST_SCORE + TOLERANCE;
    }

    /** What is not a number is 0. */
    static double cut(double score) {
        return score > 0 ? Math.min(score, HIGHEST_SCORE) : 0;
    }

    /** Adding and taking away this rounds a smaller number, also a negative one, to a whole one. */
    private static final double ROUNDER = 3L << 51;

    /** One part of a score: a plugin's 0 to 100 times its share of all weights; a whole number. */
    static double of(double score, double share) {
        return (score * (share * SCALE) + ROUNDER) - ROUNDER;
    }

    /** Adds {@link #of} for all of the first {@code n} slots. */
    static void add(double[] scores, double share, double[] into, int n) {
        double factor = share * SCALE;
        for (int slot = 0; slot < n; slot++) {
            into[slot] += (scores[slot] * factor + ROUNDER) - ROUNDER;
        }
    }

    static double score(long rank) {
        return (rank >> TIE_BITS) / SCALE;
    }

    /** The points of a rank. */
    static double of(long rank) {
        return rank >> TIE_BITS;
    }

    static long rank(double points, long tie) {
        return (long) points << TIE_BITS | tie;
    }

    /** The rank with the same points and another tie. */
    static long withTie(long rank, long tie) {
        return rank & ~TIE_MASK | tie;
    }

    static long raise(long rank, double points) {
        return rank + ((long) points << TIE_BITS);
    }

    static long tie(long identity, long seed) {
        long h = (identity ^ seed) * 0xBF58476D1CE4E5B9L;
        h ^= h >>> 32;
        h *= 0x94D049BB133111EBL;
        return (h >>> 28) & TIE_MASK;
    }
}

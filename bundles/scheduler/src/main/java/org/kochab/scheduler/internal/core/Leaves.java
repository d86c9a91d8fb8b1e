package org.kochab.scheduler.internal.core;

import java.util.Arrays;

/** Shapes that are alike in leaves of a few, with bounds of what is in each, so that a leaf that cannot matter is passed over as a whole. */
final class Leaves {
    private static final int SHAPES = 32;
    private static final int STEPS = 256;

    private int shapes;
    private int leaves;
    private int[] order = new int[0];
    /** Bounds by leaf and dimension. */
    double[] leastUsed = new double[0];

    double[] mostUsed = new double[0];
    double[] leastInverse = new double[0];
    double[] mostInverse = new double[0];
    private long[] mostFree = new long[0];

    int shapes() {
        return shapes;
    }

    int leaves() {
        return leaves;
    }

    int from(int leaf) {
        return leaf * SHAPES;
    }

    int to(int leaf) {
        return Math.min(shapes, (leaf + 1) * SHAPES);
    }

    int shape(int i) {
        return order[i];
    }

    long mostFree(int leaf, int dim, int dims) {
        return mostFree[leaf * dims + dim];
    }

    /** Replaces what there is. */
    void sort(Shapes all, int[] which, int n) {
        shapes = n;
        leaves = (n + SHAPES - 1) / SHAPES;
        order = Arrays.copyOf(which, n);
        if (n > SHAPES && all.dims > 0) {
            sort(all);
        }
        int length = leaves * all.dims;
        leastUsed = filled(length, Double.POSITIVE_INFINITY);
        mostUsed = filled(length, Double.NEGATIVE_INFINITY);
        leastInverse = filled(length, Double.POSITIVE_INFINITY);
        mostInverse = filled(length, Double.NEGATIVE_INFINITY);
        mostFree = new long[length];
        Arrays.fill(mostFree, Long.MIN_VALUE);
        for (int i = 0; i < n; i++) {
            int shape = order[i];
            for (int d = 0; d < all.dims; d++) {
                int to = i / SHAPES * all.dims + d;
                double used = all.used[shape * all.dims + d];
                double inverse = all.inverse[shape * all.dims + d];
                leastUsed[to] = Math.min(leastUsed[to], used);
                mostUsed[to] = Math.max(mostUsed[to], used);
                leastInverse[to] = Math.min(leastInverse[to], inverse);
                mostInverse[to] = Math.max(mostInverse[to], inverse);
                mostFree[to] = Math.max(mostFree[to], all.free(shape, d));
            }
        }
    }

    private static double[] filled(int length, double value) {
        double[] all = new double[length];
        Arrays.fill(all, value);
        return all;
    }

    /** By how large the slots are, then along a curve that keeps together what is used alike in the first two dimensions. */
    private void sort(Shapes all) {
        int second = Math.min(1, all.dims - 1);
        double[] from = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] to = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int shape : order) {
            for (int d = 0; d <= second; d++) {
                double used = all.used[shape * all.dims + d];
                from[d] = Math.min(from[d], used);
                to[d] = Math.max(to[d], used);
            }
        }
        long[] keys = new long[order.length];
        for (int i = 0; i < keys.length; i++) {
            int shape = order[i];
            long key = Long.SIZE - Long.numberOfLeadingZeros(all.allocatable(shape, 0));
            key = key << 7 | (Long.SIZE - Long.numberOfLeadingZeros(all.allocatable(shape, second)));
            int x = step(all.used[shape * all.dims], from[0], to[0]);
            int y = second == 0 ? 0 : step(all.used[shape * all.dims + 1], from[1], to[1]);
            keys[i] = (key << 16 | spread(x) << 1 | spread(y)) << 32 | shape;
        }
        Arrays.sort(keys);
        for (int i = 0; i < keys.length; i++) {
            order[i] = (int) keys[i];
        }
    }

    private static int step(double value, double from, double to) {
        return to > from ? (int) ((value - from) / (to - from) * (STEPS - 1)) : 0;
    }

    /** The eight bits of a step with a gap behind each. */
    private static int spread(int step) {
        int x = (step | step << 4) & 0x0F0F;
        x = (x | x << 2) & 0x3333;
        return (x | x << 1) & 0x5555;
    }
}

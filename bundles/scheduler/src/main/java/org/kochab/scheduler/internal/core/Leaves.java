package org.kochab.scheduler.internal.core;

import java.util.Arrays;

/** Shapes that are alike in leaves of a few, with bounds of what is in each, so that a leaf that cannot matter is passed over as a whole. */
final class Leaves {
    static final int SHAPES = 32;
    private static final int STEPS = 256;

    private final Amounts amounts;
    private final int dims;
    private int leaves;
    private int sorted;
    /** Where each leaf's shapes begin and end. */
    private int[] from = new int[1];

    private int[] order = new int[0];
    /** Bounds by leaf and dimension. */
    double[] leastUsed = new double[0];

    double[] mostUsed = new double[0];
    double[] leastInverse = new double[0];
    double[] mostInverse = new double[0];
    private long[] mostFree = new long[0];

    Leaves(Amounts amounts) {
        this.amounts = amounts;
        this.dims = amounts.dims;
    }

    int leaves() {
        return leaves;
    }

    int shapes() {
        return from[leaves];
    }

    /** How many shapes have come since they were sorted. */
    int appended() {
        return shapes() - sorted;
    }

    int from(int leaf) {
        return from[leaf];
    }

    int to(int leaf) {
        return from[leaf + 1];
    }

    /** The index's own number of a shape. */
    int shape(int i) {
        return order[i];
    }

    long mostFree(int leaf, int dim) {
        return mostFree[leaf * dims + dim];
    }

    /** Replaces what there is. */
    void sort(SlotIndex index, int[] which, int n) {
        leaves = 0;
        if (n > SHAPES && dims > 0) {
            sortByAmounts(index, which, n);
        }
        append(index, which, n);
        sorted = n;
    }

    /** Adds shapes in the order in which they are. */
    void append(SlotIndex index, int[] which, int n) {
        int more = (n + SHAPES - 1) / SHAPES;
        int start = from[leaves];
        if (start + n > order.length) {
            order = Arrays.copyOf(order, start + n + n / 2);
        }
        System.arraycopy(which, 0, order, start, n);
        if (leaves + more >= from.length) {
            int length = 2 * (leaves + more) + 2;
            from = Arrays.copyOf(from, length);
            leastUsed = Arrays.copyOf(leastUsed, length * dims);
            mostUsed = Arrays.copyOf(mostUsed, length * dims);
            leastInverse = Arrays.copyOf(leastInverse, length * dims);
            mostInverse = Arrays.copyOf(mostInverse, length * dims);
            mostFree = Arrays.copyOf(mostFree, length * dims);
        }
        for (int i = 0; i < n; i += SHAPES) {
            from[leaves + 1] = start + Math.min(n, i + SHAPES);
            bound(index, leaves++);
        }
    }

    private void bound(SlotIndex index, int leaf) {
        for (int d = 0; d < dims; d++) {
            int to = leaf * dims + d;
            leastUsed[to] = Double.POSITIVE_INFINITY;
            mostUsed[to] = Double.NEGATIVE_INFINITY;
            leastInverse[to] = Double.POSITIVE_INFINITY;
            mostInverse[to] = Double.NEGATIVE_INFINITY;
            mostFree[to] = Long.MIN_VALUE;
            for (int i = from[leaf]; i < from[leaf + 1]; i++) {
                int shape = index.shape(order[i]);
                double used = amounts.used[shape * dims + d];
                double inverse = amounts.inverse[shape * dims + d];
                leastUsed[to] = Math.min(leastUsed[to], used);
                mostUsed[to] = Math.max(mostUsed[to], used);
                leastInverse[to] = Math.min(leastInverse[to], inverse);
                mostInverse[to] = Math.max(mostInverse[to], inverse);
                mostFree[to] = Math.max(mostFree[to], amounts.free(shape, d));
            }
        }
    }

    /** By how large the slots are, then along a curve that keeps together what is used alike in the first two dimensions. */
    private void sortByAmounts(SlotIndex index, int[] which, int n) {
        int second = Math.min(1, dims - 1);
        double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int i = 0; i < n; i++) {
            for (int d = 0; d <= second; d++) {
                double used = amounts.used[index.shape(which[i]) * dims + d];
                low[d] = Math.min(low[d], used);
                high[d] = Math.max(high[d], used);
            }
        }
        long[] keys = new long[n];
        for (int i = 0; i < n; i++) {
            int shape = index.shape(which[i]);
            long key = Long.SIZE - Long.numberOfLeadingZeros(amounts.allocatable(shape, 0));
            key = key << 7 | (Long.SIZE - Long.numberOfLeadingZeros(amounts.allocatable(shape, second)));
            int x = step(amounts.used[shape * dims], low[0], high[0]);
            int y = second == 0 ? 0 : step(amounts.used[shape * dims + 1], low[1], high[1]);
            keys[i] = (key << 16 | spread(x) << 1 | spread(y)) << 32 | which[i];
        }
        Arrays.sort(keys);
        for (int i = 0; i < n; i++) {
            which[i] = (int) keys[i];
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

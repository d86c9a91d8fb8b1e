package org.kochab.scheduler.internal.core;

import java.util.Arrays;

/**
 * Slots by rank, the best first; of equal ranks the lower slot. While it is filled it keeps no more than the best {@code limit}: to place that many pods
 * no other can be needed, as a slot changes its rank only when it is used.
 */
final class Ranking {
    private final int limit;
    private long[] ranks;
    private int[] slots;
    private int size;
    private boolean heap;
    private long least = Long.MIN_VALUE;
    private double leastPoints = Double.NEGATIVE_INFINITY;

    Ranking(int limit) {
        this.limit = limit;
        int first = (int) Math.min(16, 2L * limit);
        this.ranks = new long[first];
        this.slots = new int[first];
    }

    boolean isEmpty() {
        return size == 0;
    }

    int bestSlot() {
        return slots[0];
    }

    long bestRank() {
        return ranks[0];
    }

    /** Points below which a slot need not be offered. */
    double leastPoints() {
        return leastPoints;
    }

    /** Takes a slot while filling; {@link #order} must follow. */
    void offer(long rank, int slot) {
        if (rank < least) {
            return;
        }
        append(rank, slot);
        if (before(size - 1, 0)) {
            swap(size - 1, 0);
        }
        if (size == 2L * limit) {
            prune();
            leastPoints = Points.of(least);
        }
    }

    /** Keeps the best {@code limit}, and the best of all in front. */
    private void prune() {
        select(limit);
        size = limit;
        least = ranks[limit - 1];
        for (int i = 1; i < size; i++) {
            if (before(i, 0)) {
                swap(i, 0);
            }
        }
    }

    private void append(long rank, int slot) {
        if (size == ranks.length) {
            int length = 2 * size;
            ranks = Arrays.copyOf(ranks, length);
            slots = Arrays.copyOf(slots, length);
        }
        ranks[size] = rank;
        slots[size++] = slot;
    }

    /** Ends filling. The heap itself is made only once the best slot is used: of many rankings few ever are. */
    void order() {
        if (size > limit) {
            prune();
        }
    }

    private void makeHeap() {
        if (!heap) {
            heap = true;
            for (int i = (size - 2) / 4; i >= 0; i--) {
                down(i);
            }
        }
    }

    /** Adds a slot to an ordered ranking. */
    void add(long rank, int slot) {
        makeHeap();
        append(rank, slot);
        int i = size - 1;
        while (i > 0 && before(i, (i - 1) / 4)) {
            swap(i, (i - 1) / 4);
            i = (i - 1) / 4;
        }
    }

    void removeBest() {
        makeHeap();
        size--;
        if (size > 0) {
            ranks[0] = ranks[size];
            slots[0] = slots[size];
            down(0);
        }
    }

    /** Changes the rank of the best slot. */
    void rerankBest(long rank) {
        makeHeap();
        ranks[0] = rank;
        down(0);
    }

    private void down(int start) {
        int i = start;
        while (true) {
            int first = 4 * i + 1;
            if (first >= size) {
                return;
            }
            int best = first;
            int end = Math.min(first + 4, size);
            for (int c = first + 1; c < end; c++) {
                if (before(c, best)) {
                    best = c;
                }
            }
            if (!before(best, i)) {
                return;
            }
            swap(best, i);
            i = best;
        }
    }

    private boolean before(int a, int b) {
        return ranks[a] > ranks[b] || ranks[a] == ranks[b] && slots[a] < slots[b];
    }

    private void swap(int a, int b) {
        long rank = ranks[a];
        ranks[a] = ranks[b];
        ranks[b] = rank;
        int slot = slots[a];
        slots[a] = slots[b];
        slots[b] = slot;
    }

    /** Moves the best {@code n} to the front, the least of them to {@code n - 1}. */
    private void select(int n) {
        int target = n - 1;
        int from = 0;
        int to = size - 1;
        while (from < to) {
            swap(median(from, (from + to) >>> 1, to), to);
            int store = from;
            for (int i = from; i < to; i++) {
                if (before(i, to)) {
                    swap(i, store++);
                }
            }
            swap(store, to);
            if (store == target) {
                return;
            }
            if (store < target) {
                from = store + 1;
            } else {
                to = store - 1;
            }
        }
    }

    private int median(int a, int b, int c) {
        if (before(a, b)) {
            return before(b, c) ? b : before(a, c) ? c : a;
        }
        return before(a, c) ? a : before(b, c) ? c : b;
    }
}

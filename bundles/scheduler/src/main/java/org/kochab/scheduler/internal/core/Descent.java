package org.kochab.scheduler.internal.core;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Slots of one index by rank, the best first, for one group: looks into no leaf that cannot hold a better one. Does nothing before it is opened. */
final class Descent {
    /** Says which slots are passed over. */
    interface Gate {
        boolean admits(int slot);
    }

    private static final int LEAF = -2;
    /** What waits behind a shape's heap. */
    private static final int REST = -1;

    private static final int NONE = -1;

    private final Amounts amounts;
    private final Supplier<SlotIndex> source;
    private final Appraisal appraisal;
    private final double points;
    private final Gate gate;
    private final long bound;
    private @Nullable SlotIndex opened;
    /** What is still to be looked at, a heap by rank: leaves with a bound, and entries of index. */
    private long[] ranks = new long[64];
    /** The slot of an entry, {@link #LEAF} or {@link #REST}. */
    private int[] slots = new int[64];
    /** The shape of an entry, or the leaf. */
    private int[] shape = new int[64];
    /** The place of an entry in its shape. */
    private int[] place = new int[64];

    private int size;
    private int headSlot = NONE;
    private long headRank;
    /** Slots of a higher rank have been seen already. */
    private long seen = Long.MAX_VALUE;

    /** @param points that all slots have besides those for their amounts */
    Descent(Amounts amounts, Supplier<SlotIndex> source, Appraisal appraisal, double points, Gate gate) {
        this.amounts = amounts;
        this.source = source;
        this.appraisal = appraisal;
        this.points = points;
        this.gate = gate;
        this.bound = Points.rank(points + appraisal.most(), Points.MOST_TIE);
    }

    boolean isOpen() {
        return opened != null;
    }

    /** Whether there is a best slot, or there may be one. */
    boolean settle() {
        if (headSlot >= 0 && !gate.admits(headSlot)) {
            next();
        }
        return opened == null || headSlot >= 0;
    }

    /** That of the best slot, and until it is opened a bound of it. */
    long rank() {
        return opened == null ? bound : headRank;
    }

    /** The best slot, -1 until it is opened. */
    int slot() {
        return headSlot;
    }

    void open() {
        SlotIndex index = source.get();
        opened = index;
        Leaves leaves = index.leaves();
        for (int leaf = 0; leaf < leaves.leaves(); leaf++) {
            if (appraisal.mayFit(leaves, leaf)) {
                long most = Points.rank(points + appraisal.atMost(leaves, leaf), Points.MOST_TIE);
                push(most, LEAF, leaf, 0);
            }
        }
        for (int i = 0; i < index.youngs(); i++) {
            pushShape(index, index.young(i));
        }
        next();
    }

    private void pushShape(SlotIndex index, int s) {
        if (index.heap(s) > 0 && appraisal.fits(amounts, index.shape(s))) {
            pushHeap(index, s, Points.rank(points + appraisal.points(amounts, index.shape(s)), 0));
        }
    }

    private void pushHeap(SlotIndex index, int s, long rank) {
        long entry = index.entry(s, 0);
        push(Points.withTie(rank, SlotIndex.tie(entry)), SlotIndex.slot(entry), s, 0);
        if (index.hasMore(s)) {
            push(Points.withTie(rank, index.mostBehind(s)), REST, s, 0);
        }
    }

    /** Goes on to the slot behind the best. */
    void next() {
        SlotIndex index = Objects.requireNonNull(opened);
        while (size > 0) {
            long rank = ranks[0];
            int slot = slots[0];
            int s = shape[0];
            int i = place[0];
            if (slot == LEAF) {
                pop();
                Leaves leaves = index.leaves();
                for (int k = leaves.from(s); k < leaves.to(s); k++) {
                    pushShape(index, leaves.shape(k));
                }
                continue;
            }
            if (slot == REST) {
                pop();
                seen = rank;
                index.enlarge(s);
                pushHeap(index, s, rank);
                continue;
            }
            pushBelow(index, rank, s, 2 * i + 1);
            if (rank <= seen && gate.admits(slot)) {
                if (index.has(s, slot)) {
                    headRank = rank;
                    headSlot = slot;
                    return;
                }
                index.noteStale(s);
            }
        }
        headSlot = NONE;
    }

    /** Replaces the first by the entries below it. */
    private void pushBelow(SlotIndex index, long rank, int s, int first) {
        int count = index.heap(s);
        if (first >= count) {
            pop();
            return;
        }
        long left = index.entry(s, first);
        set(0, Points.withTie(rank, SlotIndex.tie(left)), SlotIndex.slot(left), s, first);
        down();
        if (first + 1 < count) {
            long right = index.entry(s, first + 1);
            push(Points.withTie(rank, SlotIndex.tie(right)), SlotIndex.slot(right), s, first + 1);
        }
    }

    private void push(long rank, int slot, int s, int i) {
        if (size == ranks.length) {
            ranks = Arrays.copyOf(ranks, 2 * size);
            slots = Arrays.copyOf(slots, 2 * size);
            shape = Arrays.copyOf(shape, 2 * size);
            place = Arrays.copyOf(place, 2 * size);
        }
        int at = size++;
        while (at > 0 && before(rank, slot, (at - 1) / 2)) {
            move((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        set(at, rank, slot, s, i);
    }

    private void pop() {
        size--;
        if (size > 0) {
            move(size, 0);
            down();
        }
    }

    /** Puts the first where it belongs. */
    private void down() {
        long rank = ranks[0];
        int slot = slots[0];
        int s = shape[0];
        int i = place[0];
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && before(ranks[child + 1], slots[child + 1], child)) {
                child++;
            }
            if (!before(ranks[child], slots[child], rank, slot)) {
                break;
            }
            move(child, at);
            at = child;
        }
        set(at, rank, slot, s, i);
    }

    private boolean before(long rank, int slot, int other) {
        return before(rank, slot, ranks[other], slots[other]);
    }

    /** A leaf or a rest comes before a slot of equal rank, and the lower slot before the higher. */
    private static boolean before(long rank, int slot, long otherRank, int otherSlot) {
        return rank > otherRank || rank == otherRank && slot < otherSlot;
    }

    private void move(int from, int to) {
        set(to, ranks[from], slots[from], shape[from], place[from]);
    }

    private void set(int at, long rank, int slot, int s, int i) {
        ranks[at] = rank;
        slots[at] = slot;
        shape[at] = s;
        place[at] = i;
    }
}

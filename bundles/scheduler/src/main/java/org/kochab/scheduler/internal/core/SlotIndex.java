package org.kochab.scheduler.internal.core;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The slots of a set by shape. A shape's slots with the highest ties are a heap, made when it is first asked for and enlarged when more are; the others wait
 * behind it. A slot that has changed is added to its new shape and left in its old one, where it is known to be stale as it is of another shape now. Shapes
 * have numbers of their own here: {@link #shape} has those of {@link Amounts}.
 */
final class SlotIndex {
    private static final int SLOT_BITS = 27;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    /** One slot in so many is put in order at first, so that a batch seldom passes over a large shape twice. */
    private static final int FIRST_SHARE = 64;

    private final Batch batch;
    private final Amounts amounts;
    private final BitSet set;

    private int size;
    private int[] shape = new int[16];
    /** Own numbers by hash, plus one; 0 for none. */
    private int[] table = new int[16];

    /** All shapes' slots, one shape behind the other; where each begins, how many it has, how many it may have there, and how many are in its heap. */
    private long[] entries;

    private int end;
    private int[] at = new int[16];
    private int[] count = new int[16];
    private int[] room = new int[16];
    private int[] heap = new int[16];
    /** Entries below are not in the heap. */
    private long[] lowest = new long[16];
    /** Whether a shape is in a leaf or young. */
    private boolean[] listed = new boolean[16];

    private final Leaves leaves;
    private int[] young = new int[16];
    private int youngs;
    /** Shapes that have been seen to hold stale slots. */
    private int[] stale = new int[16];

    private int stales;
    private int seen;

    SlotIndex(Batch batch, Amounts amounts, BitSet set, int slots) {
        this.batch = batch;
        this.amounts = amounts;
        this.set = set;
        this.leaves = new Leaves(amounts);
        this.seen = amounts.changes();
        int[] own = new int[slots];
        int i = 0;
        int s = -1;
        for (int slot = set.nextSetBit(0); slot >= 0; slot = set.nextSetBit(slot + 1)) {
            int of = amounts.shapeOf(slot);
            s = s >= 0 && shape[s] == of ? s : find(of);
            own[i++] = s;
            count[s]++;
        }
        entries = new long[slots + slots / 8 + 16];
        for (s = 0; s < size; s++) {
            at[s] = end;
            room[s] = count[s];
            end += count[s];
            count[s] = 0;
        }
        i = 0;
        for (int slot = set.nextSetBit(0); slot >= 0; slot = set.nextSetBit(slot + 1)) {
            s = own[i++];
            entries[at[s] + count[s]++] = entry(slot);
        }
        sort();
    }

    private long entry(int slot) {
        return batch.tie(slot) << SLOT_BITS | (SLOT_MASK - slot);
    }

    static int slot(long entry) {
        return SLOT_MASK - (int) (entry & SLOT_MASK);
    }

    static long tie(long entry) {
        return entry >>> SLOT_BITS;
    }

    /** An entry of a shape's heap: the largest is first, those below the i-th are at 2i+1 and 2i+2. */
    long entry(int own, int i) {
        return entries[at[own] + i];
    }

    /** How many are in a shape's heap; 0 only if it has no slots. */
    int heap(int own) {
        if (heap[own] == 0 && count[own] > 0) {
            enlarge(own);
        }
        return heap[own];
    }

    /** Whether slots wait behind the heap. */
    boolean hasMore(int own) {
        return heap[own] < count[own];
    }

    /** The tie that none of those is above. */
    long mostBehind(int own) {
        return tie(lowest[own]) - 1;
    }

    /** Makes a shape's heap larger, until it has all slots. */
    void enlarge(int own) {
        int from = at[own];
        int n = count[own];
        int wanted = Math.max(Math.max(batch.tuning.heap(), n / FIRST_SHARE), 8 * heap[own]);
        // Ties are spread evenly, so that about as many as wanted are above this.
        double share = (double) wanted / n;
        lowest[own] = share > 0.5 ? 0 : (long) ((1 - share) * Points.MOST_TIE) << SLOT_BITS;
        int k = 0;
        for (int i = 0; i < n; i++) {
            long entry = entries[from + i];
            if (entry >= lowest[own]) {
                entries[from + i] = entries[from + k];
                entries[from + k++] = entry;
            }
        }
        if (k <= heap[own]) {
            lowest[own] = 0;
            k = n;
        }
        heap[own] = k;
        for (int i = k / 2 - 1; i >= 0; i--) {
            down(from, i, k);
        }
    }

    Leaves leaves() {
        return leaves;
    }

    int youngs() {
        return youngs;
    }

    int young(int i) {
        return young[i];
    }

    /** Its number in {@link Amounts}. */
    int shape(int own) {
        return shape[own];
    }

    /** Whether a slot is of a shape still. */
    boolean has(int own, int slot) {
        return amounts.shapeOf(slot) == shape[own];
    }

    /** Notes that a shape holds an entry that is stale. */
    void noteStale(int own) {
        if (stales == 0 || stale[stales - 1] != own) {
            if (stales == stale.length) {
                stale = Arrays.copyOf(stale, 2 * stales);
            }
            stale[stales++] = own;
        }
    }

    /** Takes in what has changed since it was last used. */
    void refresh() {
        for (; seen < amounts.changes(); seen++) {
            int slot = amounts.changed(seen);
            if (set.get(slot) && amounts.isLast(seen)) {
                add(find(amounts.shapeOf(slot)), entry(slot));
            }
        }
        for (int i = 0; i < stales; i++) {
            int own = stale[i];
            while (heap[own] > 0 && !has(own, slot(entries[at[own]]))) {
                removeFirst(own);
            }
        }
        stales = 0;
        if (youngs >= Leaves.SHAPES) {
            leaves.append(this, young, youngs);
            youngs = 0;
            if (leaves.appended() > batch.tuning.young() + leaves.shapes() / 4) {
                sort();
            }
        }
    }

    /** Puts all shapes that have slots into leaves. */
    private void sort() {
        Arrays.fill(listed, 0, size, false);
        int[] alive = new int[size];
        int n = 0;
        for (int s = 0; s < size; s++) {
            if (count[s] > 0) {
                alive[n++] = s;
                listed[s] = true;
            }
        }
        leaves.sort(this, alive, n);
        youngs = 0;
    }

    private void add(int own, long entry) {
        if (count[own] == room[own]) {
            int length = Math.max(4, 2 * room[own]);
            if (end + length > entries.length) {
                entries = Arrays.copyOf(entries, Math.max(end + length, entries.length + entries.length / 2));
            }
            System.arraycopy(entries, at[own], entries, end, count[own]);
            at[own] = end;
            room[own] = length;
            end += length;
        }
        int from = at[own];
        int i = count[own]++;
        if (heap[own] > 0 && entry >= lowest[own]) {
            entries[from + i] = entries[from + heap[own]];
            i = heap[own]++;
            for (; i > 0 && entries[from + (i - 1) / 2] < entry; i = (i - 1) / 2) {
                entries[from + i] = entries[from + (i - 1) / 2];
            }
        }
        entries[from + i] = entry;
        if (!listed[own]) {
            listed[own] = true;
            if (youngs == young.length) {
                young = Arrays.copyOf(young, 2 * youngs);
            }
            young[youngs++] = own;
        }
    }

    private void removeFirst(int own) {
        int from = at[own];
        int last = --heap[own];
        long moved = entries[from + last];
        entries[from + last] = entries[from + --count[own]];
        if (last > 0) {
            entries[from] = moved;
            down(from, 0, last);
        }
    }

    private void down(int from, int start, int length) {
        int i = start;
        long entry = entries[from + i];
        while (2 * i + 1 < length) {
            int child = 2 * i + 1;
            if (child + 1 < length && entries[from + child + 1] > entries[from + child]) {
                child++;
            }
            if (entries[from + child] <= entry) {
                break;
            }
            entries[from + i] = entries[from + child];
            i = child;
        }
        entries[from + i] = entry;
    }

    /** The own number of a shape; given if it has none yet. */
    private int find(int of) {
        int i = home(of);
        while (table[i] != 0) {
            if (shape[table[i] - 1] == of) {
                return table[i] - 1;
            }
            i = (i + 1) & (table.length - 1);
        }
        if (2 * (size + 1) > table.length) {
            growTable();
            return find(of);
        }
        if (size == shape.length) {
            int length = 2 * size;
            shape = Arrays.copyOf(shape, length);
            at = Arrays.copyOf(at, length);
            count = Arrays.copyOf(count, length);
            room = Arrays.copyOf(room, length);
            heap = Arrays.copyOf(heap, length);
            lowest = Arrays.copyOf(lowest, length);
            listed = Arrays.copyOf(listed, length);
        }
        shape[size] = of;
        table[i] = ++size;
        return size - 1;
    }

    private int home(int of) {
        int h = of * 0x9E3779B9;
        return (h ^ h >>> 15) & (table.length - 1);
    }

    private void growTable() {
        int[] old = table;
        table = new int[2 * old.length];
        for (int entry : old) {
            if (entry != 0) {
                int i = home(shape[entry - 1]);
                while (table[i] != 0) {
                    i = (i + 1) & (table.length - 1);
                }
                table[i] = entry;
            }
        }
    }
}

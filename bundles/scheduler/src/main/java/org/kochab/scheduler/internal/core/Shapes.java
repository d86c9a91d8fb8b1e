package org.kochab.scheduler.internal.core;

import java.util.Arrays;
import java.util.BitSet;
import org.kochab.spi.scheduler.ClusterView;

/**
 * The slots of a set by shape: slots of one shape have the same amounts of everything, and so the same score from every scorer that looks at amounts
 * alone. A shape's slots with the highest ties are a heap, made when it is first asked for and enlarged when more are; the others wait behind it. A slot that
 * has changed is added to its new shape and left in its old one, where it is known to be stale by its amounts.
 */
final class Shapes {
    private static final int SLOT_BITS = 27;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

    final int dims;
    private final Batch batch;
    private final Amounts amounts;
    private final BitSet set;

    private int size;
    /** Amounts by shape and dimension. */
    private long[] allocatable = new long[0];

    private long[] committed = new long[0];
    double[] used = new double[0];
    double[] inverse = new double[0];
    private int[] table = new int[16];

    /** All shapes' slots, one shape behind the other; where each begins, how many it has, how many it may have there, and how many are in its heap. */
    private long[] entries;

    private int end;
    private int[] at = new int[0];
    private int[] count = new int[0];
    private int[] room = new int[0];
    private int[] heap = new int[0];
    /** Entries below are not in the heap. */
    private long[] lowest = new long[0];
    /** Whether a shape is in a leaf or young. */
    private boolean[] listed = new boolean[0];

    private final Leaves leaves = new Leaves();
    private int[] young = new int[16];
    private int youngs;
    /** Shapes that have been seen to hold stale slots. */
    private int[] stale = new int[16];

    private int stales;
    private int seen;

    Shapes(Batch batch, Amounts amounts, BitSet set, int slots) {
        this.batch = batch;
        this.amounts = amounts;
        this.set = set;
        this.dims = amounts.resources.size();
        this.seen = amounts.changes();
        int[] shapeOf = new int[slots];
        int i = 0;
        int shape = -1;
        for (int slot = set.nextSetBit(0); slot >= 0; slot = set.nextSetBit(slot + 1)) {
            shape = shape >= 0 && has(shape, slot) ? shape : find(slot);
            shapeOf[i++] = shape;
            count[shape]++;
        }
        entries = new long[slots + slots / 8 + 16];
        for (int s = 0; s < size; s++) {
            at[s] = end;
            room[s] = count[s];
            end += count[s];
            count[s] = 0;
        }
        i = 0;
        for (int slot = set.nextSetBit(0); slot >= 0; slot = set.nextSetBit(slot + 1)) {
            int s = shapeOf[i++];
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
    long entry(int shape, int i) {
        return entries[at[shape] + i];
    }

    /** How many are in a shape's heap; 0 only if it has no slots. */
    int heap(int shape) {
        if (heap[shape] == 0 && count[shape] > 0) {
            enlarge(shape);
        }
        return heap[shape];
    }

    /** Whether slots wait behind the heap. */
    boolean hasMore(int shape) {
        return heap[shape] < count[shape];
    }

    /** The tie that none of those is above. */
    long mostBehind(int shape) {
        return tie(lowest[shape]) - 1;
    }

    /** Makes a shape's heap larger, until it has all slots. */
    void enlarge(int shape) {
        int from = at[shape];
        int n = count[shape];
        int wanted = Math.max(batch.tuning.heap(), 8 * heap[shape]);
        // Ties are spread evenly, so that about as many as wanted are above this.
        double share = (double) wanted / n;
        lowest[shape] = share > 0.5 ? 0 : (long) ((1 - share) * Points.MOST_TIE) << SLOT_BITS;
        int k = 0;
        for (int i = 0; i < n; i++) {
            long entry = entries[from + i];
            if (entry >= lowest[shape]) {
                entries[from + i] = entries[from + k];
                entries[from + k++] = entry;
            }
        }
        if (k <= heap[shape]) {
            lowest[shape] = 0;
            k = n;
        }
        heap[shape] = k;
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

    long free(int shape, int dim) {
        return allocatable[shape * dims + dim] - committed[shape * dims + dim];
    }

    long allocatable(int shape, int dim) {
        return allocatable[shape * dims + dim];
    }

    /** Whether a slot is of a shape as things are now. */
    boolean has(int shape, int slot) {
        for (int d = 0; d < dims; d++) {
            if (committed[shape * dims + d] != amounts.committed[d][slot]
                    || allocatable[shape * dims + d] != amounts.allocatable[d][slot]) {
                return false;
            }
        }
        return true;
    }

    /** Notes that a shape holds an entry that is stale. */
    void noteStale(int shape) {
        if (stales == 0 || stale[stales - 1] != shape) {
            if (stales == stale.length) {
                stale = Arrays.copyOf(stale, 2 * stales);
            }
            stale[stales++] = shape;
        }
    }

    /** Takes in what has changed since it was last used. */
    void refresh() {
        for (; seen < amounts.changes(); seen++) {
            int slot = amounts.changed(seen);
            if (set.get(slot) && amounts.isLast(seen)) {
                add(find(slot), entry(slot));
            }
        }
        for (int i = 0; i < stales; i++) {
            int shape = stale[i];
            while (heap[shape] > 0 && !has(shape, slot(entries[at[shape]]))) {
                removeFirst(shape);
            }
        }
        stales = 0;
        if (youngs > batch.tuning.young() + leaves.shapes() / 16) {
            sort();
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

    private void add(int shape, long entry) {
        if (count[shape] == room[shape]) {
            int length = Math.max(4, 2 * room[shape]);
            if (end + length > entries.length) {
                entries = Arrays.copyOf(entries, Math.max(end + length, entries.length + entries.length / 2));
            }
            System.arraycopy(entries, at[shape], entries, end, count[shape]);
            at[shape] = end;
            room[shape] = length;
            end += length;
        }
        int from = at[shape];
        int i = count[shape]++;
        if (heap[shape] > 0 && entry >= lowest[shape]) {
            entries[from + i] = entries[from + heap[shape]];
            i = heap[shape]++;
            for (; i > 0 && entries[from + (i - 1) / 2] < entry; i = (i - 1) / 2) {
                entries[from + i] = entries[from + (i - 1) / 2];
            }
        }
        entries[from + i] = entry;
        if (!listed[shape]) {
            listed[shape] = true;
            if (youngs == young.length) {
                young = Arrays.copyOf(young, 2 * youngs);
            }
            young[youngs++] = shape;
        }
    }

    private void removeFirst(int shape) {
        int from = at[shape];
        int last = --heap[shape];
        long moved = entries[from + last];
        entries[from + last] = entries[from + --count[shape]];
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

    /** The shape of a slot as things are now; made if there is none yet. */
    private int find(int slot) {
        long hash = 0;
        for (int d = 0; d < dims; d++) {
            hash = (hash ^ amounts.committed[d][slot]) * 0x9E3779B97F4A7C15L;
            hash = (hash ^ hash >>> 29 ^ amounts.allocatable[d][slot]) * 0xBF58476D1CE4E5B9L;
        }
        int i = (int) (hash >>> 32) & (table.length - 1);
        while (table[i] != 0) {
            if (has(table[i] - 1, slot)) {
                return table[i] - 1;
            }
            i = (i + 1) & (table.length - 1);
        }
        if (2 * (size + 1) > table.length) {
            growTable();
            return find(slot);
        }
        table[i] = size + 1;
        return make(slot);
    }

    private int make(int slot) {
        if (size == at.length) {
            int length = Math.max(16, 2 * size);
            at = Arrays.copyOf(at, length);
            count = Arrays.copyOf(count, length);
            room = Arrays.copyOf(room, length);
            heap = Arrays.copyOf(heap, length);
            lowest = Arrays.copyOf(lowest, length);
            listed = Arrays.copyOf(listed, length);
            allocatable = Arrays.copyOf(allocatable, length * dims);
            committed = Arrays.copyOf(committed, length * dims);
            used = Arrays.copyOf(used, length * dims);
            inverse = Arrays.copyOf(inverse, length * dims);
        }
        for (int d = 0; d < dims; d++) {
            int i = size * dims + d;
            allocatable[i] = amounts.allocatable[d][slot];
            committed[i] = amounts.committed[d][slot];
            inverse[i] = amounts.inverse[d][slot];
            used[i] = ClusterView.share(committed[i], inverse[i]);
        }
        return size++;
    }

    private void growTable() {
        int[] old = table;
        table = new int[2 * old.length];
        for (int entry : old) {
            if (entry != 0) {
                int i = hash(entry - 1) & (table.length - 1);
                while (table[i] != 0) {
                    i = (i + 1) & (table.length - 1);
                }
                table[i] = entry;
            }
        }
    }

    private int hash(int shape) {
        long hash = 0;
        for (int d = 0; d < dims; d++) {
            hash = (hash ^ committed[shape * dims + d]) * 0x9E3779B97F4A7C15L;
            hash = (hash ^ hash >>> 29 ^ allocatable[shape * dims + d]) * 0xBF58476D1CE4E5B9L;
        }
        return (int) (hash >>> 32);
    }
}

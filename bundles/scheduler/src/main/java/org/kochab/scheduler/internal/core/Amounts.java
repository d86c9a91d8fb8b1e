package org.kochab.scheduler.internal.core;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.scheduler.ClusterView;

/**
 * What there is of some resources on every slot as a batch goes on. Slots with the same amounts of everything are of one shape: every scorer that looks
 * at amounts alone gives them the same. Keeps the shape of every slot, which slots have changed it, and indexes over sets of slots.
 */
final class Amounts {
    /** Indexes may hold this many times the number of slots before they are dropped and made anew as needed. */
    private static final int MOST_KEPT = 32;

    final List<String> resources;
    final int dims;
    private final Batch batch;
    private final long[][] allocatableColumns;
    private final long[][] committedColumns;
    private final double[][] inverseColumns;
    private final int[] shapeOf;

    private int shapes;
    /** By shape and dimension. */
    private long[] allocatable = new long[0];

    private long[] committed = new long[0];
    double[] used = new double[0];
    double[] inverse = new double[0];
    /** Shapes by hash, plus one; 0 for none. */
    private int[] table = new int[64];

    private int[] changed = new int[256];
    private int changes;
    /** By slot, its last place in {@link #changed}. */
    private final int[] lastChange;

    private final Map<BitSet, SlotIndex> bySet = new HashMap<>();
    private long kept;
    /** The last set asked for, as comparing large sets takes long. */
    private @Nullable BitSet lastSet;

    private @Nullable SlotIndex lastIndex;

    Amounts(Batch batch, List<String> resources) {
        this.batch = batch;
        this.resources = List.copyOf(resources);
        dims = resources.size();
        allocatableColumns = new long[dims][];
        committedColumns = new long[dims][];
        inverseColumns = new double[dims][];
        for (int d = 0; d < dims; d++) {
            allocatableColumns[d] = batch.view.allocatable(resources.get(d));
            committedColumns[d] = batch.view.committed(resources.get(d));
            inverseColumns[d] = batch.view.inverse(resources.get(d));
        }
        shapeOf = new int[batch.view.slots()];
        lastChange = new int[shapeOf.length];
        BitSet live = batch.view.live();
        int shape = -1;
        for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
            shape = shape >= 0 && is(shape, slot) ? shape : find(slot);
            shapeOf[slot] = shape;
        }
    }

    /** The shape of a slot before the group at work. */
    int shapeOf(int slot) {
        return shapeOf[slot];
    }

    long free(int shape, int dim) {
        return allocatable[shape * dims + dim] - committed[shape * dims + dim];
    }

    long allocatable(int shape, int dim) {
        return allocatable[shape * dims + dim];
    }

    void placed(Map<String, Long> requests, int[] slots, int n) {
        boolean concerned = false;
        for (int d = 0; d < dims; d++) {
            concerned |= requests.getOrDefault(resources.get(d), 0L) != 0;
        }
        if (!concerned) {
            return;
        }
        if (changes + n > changed.length) {
            changed = Arrays.copyOf(changed, Math.max(changes + n, 2 * changed.length));
        }
        for (int i = 0; i < n; i++) {
            int slot = slots[i];
            shapeOf[slot] = find(slot);
            lastChange[slot] = changes;
            changed[changes++] = slot;
        }
    }

    int changes() {
        return changes;
    }

    int changed(int change) {
        return changed[change];
    }

    /** Whether the slot has not changed again since. */
    boolean isLast(int change) {
        return lastChange[changed[change]] == change;
    }

    /** The index over a set, as things are now; the set is not changed any more. */
    SlotIndex over(BitSet set) {
        SlotIndex index = set == lastSet ? lastIndex : bySet.get(set);
        if (index == null) {
            int size = set.cardinality();
            kept += size;
            if (kept > (long) MOST_KEPT * shapeOf.length) {
                bySet.clear();
                kept = size;
            }
            index = new SlotIndex(batch, this, set, size);
            bySet.put(set, index);
        } else {
            index.refresh();
        }
        lastSet = set;
        lastIndex = index;
        return index;
    }

    private boolean is(int shape, int slot) {
        for (int d = 0; d < dims; d++) {
            if (committed[shape * dims + d] != committedColumns[d][slot]
                    || allocatable[shape * dims + d] != allocatableColumns[d][slot]) {
                return false;
            }
        }
        return true;
    }

    /** The shape of a slot as its columns are now; made if there is none yet. */
    private int find(int slot) {
        long hash = 0;
        for (int d = 0; d < dims; d++) {
            hash = mix(hash, committedColumns[d][slot], allocatableColumns[d][slot]);
        }
        int i = (int) (hash >>> 32) & (table.length - 1);
        while (table[i] != 0) {
            if (is(table[i] - 1, slot)) {
                return table[i] - 1;
            }
            i = (i + 1) & (table.length - 1);
        }
        if (2 * (shapes + 1) > table.length) {
            growTable();
            return find(slot);
        }
        table[i] = shapes + 1;
        return make(slot);
    }

    private static long mix(long hash, long committed, long allocatable) {
        long h = (hash ^ committed) * 0x9E3779B97F4A7C15L;
        return (h ^ h >>> 29 ^ allocatable) * 0xBF58476D1CE4E5B9L;
    }

    private int make(int slot) {
        int end = (shapes + 1) * dims;
        if (end > used.length) {
            int length = Math.max(2 * end, 64);
            allocatable = Arrays.copyOf(allocatable, length);
            committed = Arrays.copyOf(committed, length);
            used = Arrays.copyOf(used, length);
            inverse = Arrays.copyOf(inverse, length);
        }
        for (int d = 0; d < dims; d++) {
            int i = shapes * dims + d;
            allocatable[i] = allocatableColumns[d][slot];
            committed[i] = committedColumns[d][slot];
            inverse[i] = inverseColumns[d][slot];
            used[i] = ClusterView.share(committed[i], inverse[i]);
        }
        return shapes++;
    }

    private void growTable() {
        int[] old = table;
        table = new int[2 * old.length];
        for (int entry : old) {
            if (entry == 0) {
                continue;
            }
            long hash = 0;
            for (int d = 0; d < dims; d++) {
                int at = (entry - 1) * dims + d;
                hash = mix(hash, committed[at], allocatable[at]);
            }
            int i = (int) (hash >>> 32) & (table.length - 1);
            while (table[i] != 0) {
                i = (i + 1) & (table.length - 1);
            }
            table[i] = entry;
        }
    }
}

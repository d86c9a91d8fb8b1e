package org.kochab.scheduler.internal.core;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What there is of some resources on every slot as a batch goes on, which slots have changed, and indexes over sets of slots. */
final class Amounts {
    /** Indexes may hold this many times the number of slots before they are dropped and made anew as needed. */
    private static final int MOST_KEPT = 32;

    final List<String> resources;
    final long[][] allocatable;
    final long[][] committed;
    final double[][] inverse;

    private final Batch batch;
    private int[] changed = new int[256];
    private int changes;
    /** By slot, its last place in {@link #changed}. */
    private final int[] lastChange;

    private final Map<BitSet, Shapes> bySet = new HashMap<>();
    private long kept;

    Amounts(Batch batch, List<String> resources) {
        this.batch = batch;
        this.resources = List.copyOf(resources);
        int n = resources.size();
        allocatable = new long[n][];
        committed = new long[n][];
        inverse = new double[n][];
        for (int d = 0; d < n; d++) {
            allocatable[d] = batch.view.allocatable(resources.get(d));
            committed[d] = batch.view.committed(resources.get(d));
            inverse[d] = batch.view.inverse(resources.get(d));
        }
        lastChange = new int[batch.view.slots()];
    }

    void placed(Map<String, Long> requests, int[] slots, int n) {
        if (resources.stream().noneMatch(r -> requests.getOrDefault(r, 0L) != 0)) {
            return;
        }
        if (changes + n > changed.length) {
            changed = Arrays.copyOf(changed, Math.max(changes + n, 2 * changed.length));
        }
        for (int i = 0; i < n; i++) {
            lastChange[slots[i]] = changes;
            changed[changes++] = slots[i];
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
    Shapes of(BitSet set) {
        Shapes shapes = bySet.get(set);
        if (shapes == null) {
            int size = set.cardinality();
            kept += size;
            if (kept > (long) MOST_KEPT * lastChange.length) {
                bySet.clear();
                kept = size;
            }
            shapes = new Shapes(batch, this, set, size);
            bySet.put(set, shapes);
        } else {
            shapes.refresh();
        }
        return shapes;
    }
}

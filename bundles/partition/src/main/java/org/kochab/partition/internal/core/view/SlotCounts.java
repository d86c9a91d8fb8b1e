package org.kochab.partition.internal.core.view;

import java.util.Arrays;
import java.util.BitSet;
import org.kochab.spi.scheduler.ClusterView;

/** Counts by slot for few slots of many: a hash table with linear probing, eight bytes an entry. Slots with count 0 are not kept. */
final class SlotCounts {
    private int[] keys = filled(4);
    private int[] counts = new int[4];
    private int size;

    void add(int slot, int delta) {
        int at = find(slot);
        if (keys[at] < 0) {
            if ((size + 1) * 4 > keys.length * 3) {
                grow();
                at = find(slot);
            }
            keys[at] = slot;
            size++;
        }
        counts[at] += delta;
        if (counts[at] == 0) {
            remove(at);
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    void forEach(ClusterView.SlotCounter counter) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] >= 0) {
                counter.add(keys[i], counts[i]);
            }
        }
    }

    void forEach(ClusterView.PlacedTerm term, ClusterView.TermCounter counter) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] >= 0) {
                counter.add(term, keys[i], counts[i]);
            }
        }
    }

    BitSet slots() {
        BitSet bits = new BitSet();
        for (int key : keys) {
            if (key >= 0) {
                bits.set(key);
            }
        }
        return bits;
    }

    private int find(int slot) {
        int at = home(slot);
        while (keys[at] >= 0 && keys[at] != slot) {
            at = (at + 1) & (keys.length - 1);
        }
        return at;
    }

    private int home(int slot) {
        int h = slot * 0x9E3779B9;
        return (h ^ (h >>> 15)) & (keys.length - 1);
    }

    /** Closes the gap, so that no tombstones gather. */
    private void remove(int at) {
        int gap = at;
        keys[gap] = -1;
        size--;
        for (int i = (gap + 1) & (keys.length - 1); keys[i] >= 0; i = (i + 1) & (keys.length - 1)) {
            int wanted = home(keys[i]);
            if (((i - wanted) & (keys.length - 1)) >= ((i - gap) & (keys.length - 1))) {
                keys[gap] = keys[i];
                counts[gap] = counts[i];
                keys[i] = -1;
                counts[i] = 0;
                gap = i;
            }
        }
        counts[gap] = 0;
    }

    private void grow() {
        int[] oldKeys = keys;
        int[] oldCounts = counts;
        keys = filled(oldKeys.length * 2);
        counts = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] >= 0) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                counts[at] = oldCounts[i];
            }
        }
    }

    private static int[] filled(int length) {
        int[] keys = new int[length];
        Arrays.fill(keys, -1);
        return keys;
    }
}

package org.kochab.partition.internal.core.view;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A set of slots: a sorted array while that is smaller than a bit set would be. */
final class SlotSet {
    private static final int FEW = 1024;

    private int[] few = new int[2];
    private int size;
    private @Nullable BitSet many;

    void add(int slot) {
        if (many != null) {
            many.set(slot);
            return;
        }
        int at = Arrays.binarySearch(few, 0, size, slot);
        if (at >= 0) {
            return;
        }
        if (size == FEW) {
            many = bits();
            many.set(slot);
            few = new int[0];
            return;
        }
        if (size == few.length) {
            few = Arrays.copyOf(few, size * 2);
        }
        at = -at - 1;
        System.arraycopy(few, at, few, at + 1, size - at);
        few[at] = slot;
        size++;
    }

    void remove(int slot) {
        if (many != null) {
            many.clear(slot);
            return;
        }
        int at = Arrays.binarySearch(few, 0, size, slot);
        if (at >= 0) {
            System.arraycopy(few, at + 1, few, at, size - at - 1);
            size--;
        }
    }

    boolean isEmpty() {
        return many == null ? size == 0 : many.isEmpty();
    }

    /** The slots; read only. */
    BitSet bits() {
        if (many != null) {
            return many;
        }
        BitSet bits = new BitSet();
        for (int i = 0; i < size; i++) {
            bits.set(few[i]);
        }
        return bits;
    }
}

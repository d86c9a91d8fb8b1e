package org.kochab.partition.internal.core.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One value a slot, kept as the value's number; numbers are reused once no slot has the value. Four bytes a slot. */
final class DictColumn<V> {
    /** How many values' bit sets are kept ready; others cost a pass over the column. */
    private static final int READY_SETS = 64;

    private int[] numbers;
    private final Map<V, Integer> numberOf = new HashMap<>();
    private final List<@Nullable V> values = new ArrayList<>();
    private int[] uses = new int[8];
    private final BitSet freeNumbers = new BitSet();
    private final BitSet present = new BitSet();
    private final Map<V, BitSet> ready = new LinkedHashMap<>(16, 0.75f, true);

    DictColumn(int capacity) {
        numbers = new int[capacity];
        Arrays.fill(numbers, -1);
    }

    void grow(int capacity) {
        int old = numbers.length;
        numbers = Arrays.copyOf(numbers, capacity);
        Arrays.fill(numbers, old, capacity, -1);
    }

    /** @param value null for none */
    void set(int slot, @Nullable V value) {
        int before = numbers[slot];
        V old = before < 0 ? null : values.get(before);
        if (value == null ? old == null : value.equals(old)) {
            return;
        }
        if (old != null) {
            BitSet bits = ready.get(old);
            if (bits != null) {
                bits.clear(slot);
            }
            if (--uses[before] == 0) {
                numberOf.remove(old);
                values.set(before, null);
                freeNumbers.set(before);
            }
        }
        numbers[slot] = value == null ? -1 : use(value);
        present.set(slot, value != null);
        if (value != null) {
            BitSet bits = ready.get(value);
            if (bits != null) {
                bits.set(slot);
            }
        }
    }

    private int use(V value) {
        Integer known = numberOf.get(value);
        int number;
        if (known != null) {
            number = known;
        } else {
            number = freeNumbers.nextSetBit(0);
            if (number < 0) {
                number = values.size();
                values.add(value);
            } else {
                freeNumbers.clear(number);
                values.set(number, value);
            }
            numberOf.put(value, number);
            if (number >= uses.length) {
                uses = Arrays.copyOf(uses, uses.length * 2);
            }
        }
        uses[number]++;
        return number;
    }

    /** The value's number of slots. */
    int count(V value) {
        Integer number = numberOf.get(value);
        return number == null ? 0 : uses[number];
    }

    /** Slots with this value; the column's own. */
    BitSet with(V value) {
        BitSet bits = ready.get(value);
        if (bits != null) {
            return bits;
        }
        bits = new BitSet(numbers.length);
        Integer number = numberOf.get(value);
        if (number == null) {
            return bits;
        }
        for (int slot = present.nextSetBit(0); slot >= 0; slot = present.nextSetBit(slot + 1)) {
            if (numbers[slot] == number) {
                bits.set(slot);
            }
        }
        ready.put(value, bits);
        if (ready.size() > READY_SETS) {
            ready.remove(ready.keySet().iterator().next());
        }
        return bits;
    }

    /** Slots with any value; the column's own. */
    BitSet present() {
        return present;
    }

    /** Numbers by slot, -1 for none; the column's own. */
    int[] numbers() {
        return numbers;
    }

    /** Values by number; null for a number that is not in use. The column's own. */
    List<@Nullable V> values() {
        return values;
    }
}

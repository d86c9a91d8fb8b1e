package org.kochab.partition.internal.core.kernel;

import org.jspecify.annotations.Nullable;

/** A queue whose elements keep their index for as long as they are in it. Grows as needed; its user bounds it. */
final class Ring<T> {
    private static final int SMALLEST = 4;

    private @Nullable Object[] slots = new Object[SMALLEST];
    private long first;
    private long end;

    Ring(long first) {
        this.first = first;
        this.end = first;
    }

    /** Index of the oldest element. */
    long first() {
        return first;
    }

    /** Index after the newest element. */
    long end() {
        return end;
    }

    int size() {
        return (int) (end - first);
    }

    @SuppressWarnings("unchecked")
    T get(long index) {
        return (T) slots[slot(index)];
    }

    void add(T element) {
        if (size() == slots.length) {
            resize(slots.length * 2);
        }
        slots[slot(end++)] = element;
    }

    T removeFirst() {
        T element = get(first);
        slots[slot(first++)] = null;
        if (slots.length > SMALLEST && size() <= slots.length / 4) {
            resize(slots.length / 2);
        }
        return element;
    }

    private int slot(long index) {
        return (int) (index & (slots.length - 1));
    }

    private void resize(int length) {
        Object[] next = new Object[length];
        for (long i = first; i < end; i++) {
            next[(int) (i & (length - 1))] = slots[slot(i)];
        }
        slots = next;
    }
}

package org.kochab.partition.internal.core.view;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Claims by pod and slot: open addressing over primitive columns, about 45 bytes a claim. A pod's UID is kept as its 128 bits; a UID that is not
 * a UUID by 128 bits of hash.
 */
final class ClaimTable {
    static final byte ASSUMED = 1;
    static final byte CONFIRMED = 2;
    /** Confirmed before a relist, and not seen since it began. */
    static final byte STALE = 3;

    private long[] high = new long[16];
    private long[] low = new long[16];
    private int[] slots = new int[16];
    private byte[] states = new byte[16];
    private ResourceColumns.@Nullable Shape[] shapes = new ResourceColumns.Shape[16];
    private @Nullable PodClass[] classes = new PodClass[16];
    private int size;

    int size() {
        return size;
    }

    /** Length of the table; an index below it is an entry if its state is not 0. */
    int length() {
        return states.length;
    }

    byte state(int at) {
        return states[at];
    }

    void state(int at, byte state) {
        states[at] = state;
    }

    int slot(int at) {
        return slots[at];
    }

    ResourceColumns.Shape shape(int at) {
        return java.util.Objects.requireNonNull(shapes[at]);
    }

    PodClass podClass(int at) {
        return java.util.Objects.requireNonNull(classes[at]);
    }

    /** Index of the entry, or -1. */
    int find(String uid, int slot) {
        int at = probe(high(uid), low(uid), slot);
        return states[at] == 0 ? -1 : at;
    }

    /** Adds an entry that is not there yet. */
    void add(String uid, int slot, byte state, ResourceColumns.Shape shape, PodClass podClass) {
        if ((size + 1) * 4L > states.length * 3L) {
            grow();
        }
        int at = probe(high(uid), low(uid), slot);
        put(at, high(uid), low(uid), slot, state, shape, podClass);
        size++;
    }

    /** Removes an entry and closes the gap with entries behind it. */
    void remove(int at) {
        int mask = states.length - 1;
        int gap = at;
        for (int i = (at + 1) & mask; states[i] != 0; i = (i + 1) & mask) {
            int wanted = home(high[i], low[i], slots[i]);
            if (((i - wanted) & mask) >= ((i - gap) & mask)) {
                put(gap, high[i], low[i], slots[i], states[i], shapes[i], classes[i]);
                gap = i;
            }
        }
        put(gap, 0, 0, 0, (byte) 0, null, null);
        size--;
    }

    private void put(
            int at,
            long hi,
            long lo,
            int slot,
            byte state,
            ResourceColumns.@Nullable Shape shape,
            @Nullable PodClass podClass) {
        high[at] = hi;
        low[at] = lo;
        slots[at] = slot;
        states[at] = state;
        shapes[at] = shape;
        classes[at] = podClass;
    }

    private int probe(long hi, long lo, int slot) {
        int mask = states.length - 1;
        int at = home(hi, lo, slot);
        while (states[at] != 0 && (high[at] != hi || low[at] != lo || slots[at] != slot)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private int home(long hi, long lo, int slot) {
        long h = (hi ^ Long.rotateLeft(lo, 32) ^ slot) * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32) & (states.length - 1);
    }

    private void grow() {
        var old = new Object() {
            final long[] high = ClaimTable.this.high;
            final long[] low = ClaimTable.this.low;
            final int[] slots = ClaimTable.this.slots;
            final byte[] states = ClaimTable.this.states;
            final ResourceColumns.@Nullable Shape[] shapes = ClaimTable.this.shapes;
            final @Nullable PodClass[] classes = ClaimTable.this.classes;
        };
        int length = old.states.length * 2;
        high = new long[length];
        low = new long[length];
        slots = new int[length];
        states = new byte[length];
        shapes = new ResourceColumns.Shape[length];
        classes = new PodClass[length];
        for (int i = 0; i < old.states.length; i++) {
            if (old.states[i] != 0) {
                put(
                        probe(old.high[i], old.low[i], old.slots[i]),
                        old.high[i],
                        old.low[i],
                        old.slots[i],
                        old.states[i],
                        old.shapes[i],
                        old.classes[i]);
            }
        }
    }

    private static boolean isUuid(String uid) {
        return uid.length() == 36 && uid.charAt(8) == '-' && uid.charAt(13) == '-' && uid.charAt(18) == '-';
    }

    private static long high(String uid) {
        return isUuid(uid) ? bits(uid, true) : hash(uid, 0xCBF29CE484222325L);
    }

    private static long low(String uid) {
        return isUuid(uid) ? bits(uid, false) : hash(uid, 0x84222325CBF29CE4L);
    }

    private static long bits(String uid, boolean most) {
        try {
            UUID id = UUID.fromString(uid);
            return most ? id.getMostSignificantBits() : id.getLeastSignificantBits();
        } catch (IllegalArgumentException e) {
            return hash(uid, most ? 0xCBF29CE484222325L : 0x84222325CBF29CE4L);
        }
    }

    static long hash(String text, long start) {
        long h = start;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001B3L;
            h ^= h >>> 29;
        }
        h *= 0xBF58476D1CE4E5B9L;
        return h ^ (h >>> 32);
    }
}

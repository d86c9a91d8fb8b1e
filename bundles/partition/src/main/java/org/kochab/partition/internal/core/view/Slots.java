package org.kochab.partition.internal.core.view;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;

/** Which node has which slot. The lowest free slot is used first, so that columns stay as short as they can. */
final class Slots {
    private final Map<String, Integer> slotOf = new HashMap<>();
    private @Nullable String[] names;
    private @Nullable Node[] nodes;
    private long[] identity;
    private @Nullable String[] managers;
    /** Claims on each slot: a slot is free once its node and all claims on it are gone. */
    private int[] claims;

    private final BitSet used = new BitSet();
    /** None below is free. */
    private int lowestFree;

    private final BitSet live = new BitSet();

    Slots(int capacity) {
        names = new String[capacity];
        nodes = new Node[capacity];
        identity = new long[capacity];
        managers = new String[capacity];
        claims = new int[capacity];
    }

    void grow(int capacity) {
        names = Arrays.copyOf(names, capacity);
        nodes = Arrays.copyOf(nodes, capacity);
        identity = Arrays.copyOf(identity, capacity);
        managers = Arrays.copyOf(managers, capacity);
        claims = Arrays.copyOf(claims, capacity);
    }

    int capacity() {
        return names.length;
    }

    /** Whether the next new node needs a larger capacity. */
    boolean isFull() {
        return nextFree() >= names.length;
    }

    private int nextFree() {
        lowestFree = used.nextClearBit(lowestFree);
        return lowestFree;
    }

    /** -1 if the name has none. */
    int find(String name) {
        Integer slot = slotOf.get(name);
        return slot == null ? -1 : slot;
    }

    int allot(String name) {
        int slot = nextFree();
        used.set(slot);
        slotOf.put(name, slot);
        names[slot] = name;
        identity[slot] = ClaimTable.hash(name, 0x9E3779B97F4A7C15L);
        return slot;
    }

    void freeIfUnused(int slot) {
        if (!live.get(slot) && claims[slot] == 0) {
            slotOf.remove(name(slot));
            names[slot] = null;
            managers[slot] = null;
            identity[slot] = 0;
            used.clear(slot);
            lowestFree = Math.min(lowestFree, slot);
        }
    }

    void node(int slot, @Nullable Node node) {
        nodes[slot] = node;
        live.set(slot, node != null);
    }

    @Nullable
    Node node(int slot) {
        return nodes[slot];
    }

    String name(int slot) {
        String name = names[slot];
        if (name == null) {
            throw new IllegalArgumentException("slot " + slot + " is free");
        }
        return name;
    }

    void manager(int slot, String manager) {
        managers[slot] = manager;
    }

    boolean isOf(int slot, String manager) {
        return manager.equals(managers[slot]);
    }

    /** Whether the node is known as another manager's. */
    boolean isOther(int slot, String manager) {
        return managers[slot] != null && !manager.equals(managers[slot]);
    }

    void claims(int slot, int delta) {
        claims[slot] += delta;
    }

    long[] identity() {
        return identity;
    }

    BitSet live() {
        return live;
    }

    int length() {
        return used.length();
    }
}

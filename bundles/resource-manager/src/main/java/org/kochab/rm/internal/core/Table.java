package org.kochab.rm.internal.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All nodes and claims, and the accounts. Keeps the three in step; decides nothing. */
final class Table {
    private final Map<String, NodeSlot> byName = new HashMap<>();
    private final List<@Nullable NodeSlot> rows = new ArrayList<>();
    private final Deque<Integer> freeRows = new ArrayDeque<>();
    private final Map<String, ClaimSlot> byUid = new HashMap<>();
    final Capacity capacity = new Capacity();

    @Nullable
    NodeSlot node(String name) {
        return byName.get(name);
    }

    @Nullable
    ClaimSlot claim(String uid) {
        return byUid.get(uid);
    }

    int nodes() {
        return byName.size();
    }

    int claims() {
        return byUid.size();
    }

    /** In row order, which is the order of registration: the same on every run. */
    void eachNode(Consumer<NodeSlot> action) {
        for (int i = 0; i < rows.size(); i++) {
            NodeSlot n = rows.get(i);
            if (n != null) {
                action.accept(n);
            }
        }
    }

    int rowCount() {
        return rows.size();
    }

    @Nullable
    NodeSlot atRow(int row) {
        return rows.get(row);
    }

    NodeSlot add(String name) {
        Integer free = freeRows.poll();
        int row = free == null ? rows.size() : free;
        NodeSlot node = new NodeSlot(name, row);
        if (free == null) {
            rows.add(node);
        } else {
            rows.set(row, node);
        }
        byName.put(name, node);
        capacity.clear(row);
        return node;
    }

    /** The node must have no claims. */
    void remove(NodeSlot node) {
        byName.remove(node.name);
        rows.set(node.row, null);
        freeRows.add(node.row);
        capacity.clear(node.row);
    }

    void add(ClaimSlot claim) {
        byUid.put(claim.uid, claim);
        ClaimSlot before = null;
        ClaimSlot after = claim.node.first;
        while (after != null && after.uid.compareTo(claim.uid) < 0) {
            before = after;
            after = after.next;
        }
        claim.next = after;
        if (before == null) {
            claim.node.first = claim;
        } else {
            before.next = claim;
        }
        claim.node.claims++;
        if (!claim.finished) {
            capacity.take(claim.node.row, claim.amounts);
        }
    }

    void remove(ClaimSlot claim) {
        byUid.remove(claim.uid);
        NodeSlot node = claim.node;
        ClaimSlot before = null;
        for (ClaimSlot c = node.first; c != null; before = c, c = c.next) {
            if (c == claim) {
                if (before == null) {
                    node.first = c.next;
                } else {
                    before.next = c.next;
                }
                node.claims--;
                break;
            }
        }
        node.reportedDigest = null;
        if (!claim.finished) {
            capacity.give(node.row, claim.amounts);
        }
    }

    void finish(ClaimSlot claim) {
        if (!claim.finished) {
            claim.finished = true;
            capacity.give(claim.node.row, claim.amounts);
        }
    }
}

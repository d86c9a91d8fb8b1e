package org.kochab.rm.internal.core;

import org.jspecify.annotations.Nullable;

/** What the manager keeps in memory of a claim. */
final class ClaimSlot {
    static final String[] PHASES = {"", "Pending", "Running", "Succeeded", "Failed", "Unknown"};
    static final long NOT_RELEASED = -1;

    final String uid;
    final NodeSlot node;
    String partition;
    long generation;
    long token;
    Capacity.Amounts amounts;
    long grace = NOT_RELEASED;
    boolean finished;

    /** As the node last reported it, as an index of {@link #PHASES}; 0 if the node does not have the pod. */
    byte reported;

    /** Journal numbers under which the grant and the release become durable: nodes hear of nothing before. */
    long grantedAt;

    long releasedAt;
    /** Whether the grant that is not durable yet takes the place of one that nodes know. */
    boolean replacing;

    byte @Nullable [] specDigest;

    /** What its pod takes from config maps and secrets cannot be opened here. */
    boolean unopened;

    @Nullable
    ClaimSlot next;

    ClaimSlot(String uid, NodeSlot node, String partition, long generation, long token, Capacity.Amounts amounts) {
        this.uid = uid;
        this.node = node;
        // One of a few: all claims share the string.
        this.partition = partition.intern();
        this.generation = generation;
        this.token = token;
        this.amounts = amounts;
    }

    boolean isReleased() {
        return grace != NOT_RELEASED;
    }

    static byte phase(@Nullable String text) {
        for (byte i = 1; i < PHASES.length; i++) {
            if (PHASES[i].equals(text)) {
                return i;
            }
        }
        return 0;
    }

    static boolean isTerminal(byte phase) {
        return phase == 3 || phase == 4;
    }
}

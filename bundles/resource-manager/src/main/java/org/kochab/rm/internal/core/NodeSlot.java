package org.kochab.rm.internal.core;

import org.jspecify.annotations.Nullable;

/** What the manager keeps in memory of a node; the rest is in the partition only. */
final class NodeSlot {
    /** How a node is; the names are those of {@link org.kochab.api.model.Node.Status#phase}. */
    enum Phase {
        READY("Ready"),
        NOT_READY("NotReady"),
        LOST("Lost");

        final String text;

        Phase(String text) {
            this.text = text;
        }

        static Phase of(@Nullable String text) {
            for (Phase p : values()) {
                if (p.text.equals(text)) {
                    return p;
                }
            }
            return LOST;
        }
    }

    final String name;
    final int row;

    /** False for a name that only claims know: its node was never registered here. */
    boolean registered;

    Phase phase = Phase.LOST;
    boolean cordoned;
    long heardAt;
    long birth;
    String bootId = "";

    /** Sequences of the last messages of this birth; -1 after a take-over. */
    long heartbeatSequence = -1;

    long reportSequence = -1;

    /** When the node was last asked to report or to be born again, so that it is not asked all the time. */
    long askedAt = Long.MIN_VALUE / 2;

    /** Of the desired state as it is durable now. */
    long generation;

    /** Of the desired state that it had been told by its last heartbeat; -1 if it has not sent one. */
    long toldGeneration = -1;

    boolean publish;

    /** Whether it is to be told how the manager wants to be served, too. */
    boolean announce;

    /** How its last move is; null if it never moved. */
    @Nullable
    Hold hold;

    /** Its claims, in the order of their uids. */
    @Nullable
    ClaimSlot first;

    int claims;

    /** Of the pods the node has, as it reported them; null if it must be computed. */
    byte @Nullable [] reportedDigest;

    NodeSlot(String name, int row) {
        this.name = name;
        this.row = row;
    }

    /** Whether it goes, or went, to another manager. */
    boolean isFrozen() {
        return hold != null && hold.isFrozen();
    }

    boolean hasLeft() {
        return hold != null && hold.state() == Hold.State.LEFT;
    }

    /** Whether it came from another manager, and its agent did not yet. */
    boolean isAwaited() {
        return hold != null && hold.state() == Hold.State.AWAITED;
    }
}

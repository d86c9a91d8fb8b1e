package org.kochab.api.node;

import java.util.Map;

/** The answer to one request, in the order of the batch. */
public sealed interface ClaimAnswer {
    String podUid();

    /** Granted, durably; also the answer when the same pod and generation is claimed again on the same node. */
    record Granted(String podUid, long token, long revision) implements ClaimAnswer {}

    /**
     * Not granted; nothing changed.
     *
     * @param code why
     * @param message one sentence for an operator
     * @param free the node's true free capacity, empty if it does not exist
     * @param revision the manager's revision that this answer is based on
     */
    record Refused(String podUid, Code code, String message, Map<String, Long> free, long revision)
            implements ClaimAnswer {}

    enum Code {
        /** Too little is free. */
        NO_CAPACITY,
        /** No such node here, or it is not ready. */
        NODE_UNAVAILABLE,
        /** The pod has a claim on another node. */
        CLAIMED_ELSEWHERE,
        /** The partition has a newer leader. */
        STALE_EPOCH,
        /** Another member of its group was refused. */
        GROUP,
        /** Overloaded or without its store: try again. */
        BUSY
    }
}

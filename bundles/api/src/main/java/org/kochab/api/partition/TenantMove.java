package org.kochab.api.partition;

import org.kochab.api.model.TenantId;

/**
 * A tenant's way from one tenant partition to another.
 *
 * @param objects keys that were moved; 0 while that is not known
 * @param pauseMillis how long the tenant's callers had to wait; 0 while that is not known
 * @param message why it was given up; else empty
 */
public record TenantMove(
        TenantId tenant,
        PartitionId from,
        PartitionId to,
        State state,
        long objects,
        long pauseMillis,
        String message) {
    /** How far it is. */
    public enum State {
        /** The tenant is copied; it still is where it was, and the move can be given up. */
        COPYING,
        /** The tenant is where it goes; what is left of it is cleared away. */
        SWITCHING,
        /** The tenant stays where it was; the copy is cleared away. */
        ABORTING,
        DONE,
        ABORTED;

        public boolean isOver() {
            return this == DONE || this == ABORTED;
        }
    }
}

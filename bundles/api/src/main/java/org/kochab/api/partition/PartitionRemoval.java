package org.kochab.api.partition;

/**
 * How far the removal of a partition is.
 *
 * @param tenants how many tenants, or nodes, still are to leave it
 * @param message why it was given up or what it waits for; else empty
 */
public record PartitionRemoval(PartitionId id, State state, int tenants, String message) {
    /** How far it is. */
    public enum State {
        /** Nothing new is put there; what is there is moved away. It can be given up. */
        DRAINING,
        /** Its leader lets go; then what the store has is looked at. */
        CLOSING,
        /** It was empty, and goes. */
        DROPPING,
        REMOVED,
        /** It stays as it was. */
        GIVEN_UP;

        public boolean isOver() {
            return this == REMOVED || this == GIVEN_UP;
        }
    }
}

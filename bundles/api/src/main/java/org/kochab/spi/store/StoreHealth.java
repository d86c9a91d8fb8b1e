package org.kochab.spi.store;

/**
 * How a store is.
 *
 * @param state what an operator needs to know in one word
 * @param message why, and what to do; empty if ready
 * @param members members that keep the data and can be reached now
 * @param quorum how many are needed to write
 * @param durability how a commit is made durable, for example {@code fsync} or {@code none: in memory}
 * @param commitMicrosP50 median time of recent commits in microseconds; -1 if none
 * @param commitMicrosP99 99th percentile of the same; -1 if none
 */
public record StoreHealth(
        State state,
        String message,
        int members,
        int quorum,
        String durability,
        long commitMicrosP50,
        long commitMicrosP99) {
    public enum State {
        READY,
        NO_QUORUM,
        FAILED
    }
}

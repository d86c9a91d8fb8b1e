package org.kochab.spi.store;

/**
 * How a store is.
 *
 * @param state what an operator needs to know in one word
 * @param message why, and what to do; empty if ready
 * @param members members that keep the data and can be reached now
 * @param quorum how many are needed to write
 * @param copies members that have a complete copy; at least {@code quorum} of them are needed to write
 * @param missing parts, of whatever the store divides its data into, that this member still has to copy
 * @param durability how a commit is made durable, for example {@code fsync} or {@code none: in memory}
 * @param commitMicrosP50 median time of recent commits in microseconds; -1 if none
 * @param commitMicrosP99 99th percentile of the same; -1 if none
 * @param diskMicrosP50 median time for writing a little and forcing it to the disk, in microseconds; -1 if not known
 * @param diskMicrosP99 99th percentile of the same; -1 if not known
 */
public record StoreHealth(
        State state,
        String message,
        int members,
        int quorum,
        int copies,
        int missing,
        String durability,
        long commitMicrosP50,
        long commitMicrosP99,
        long diskMicrosP50,
        long diskMicrosP99) {
    public enum State {
        /** It can be used. */
        READY,
        /** Not yet; the message says what it waits for. */
        OPENING,
        /** Too few members, or too few complete copies: nothing can be written. */
        NO_QUORUM,
        /** It cannot be used, and tries to mend that by itself. */
        FAILED
    }
}

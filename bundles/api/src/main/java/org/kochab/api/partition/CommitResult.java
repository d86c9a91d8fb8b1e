package org.kochab.api.partition;

import java.time.Duration;
import java.util.Optional;

/** The answer to a transaction: exactly one of these. */
public sealed interface CommitResult {
    /** Durable. All its events carry {@code revision}. */
    record Committed(long revision) implements CommitResult {}

    /**
     * A precondition did not hold; nothing changed.
     *
     * @param key the first key whose precondition failed
     * @param actual the key as it is, empty if it does not exist
     */
    record Conflict(String key, Optional<Entry> actual) implements CommitResult {}

    /**
     * What is beyond the partition's rules, a quota for example; nothing changed.
     *
     * @param message why, and what to do, in one sentence
     */
    record Refused(String message) implements CommitResult {}

    /** The partition's queue is full; nothing changed. Try again after {@code retryAfter}. */
    record Busy(Duration retryAfter) implements CommitResult {}

    /** This member does not lead the partition (any more); nothing changed. Ask the partition service again. */
    record NotLeader(PartitionId partition) implements CommitResult {}

    /** The store gave no answer: the transaction may or may not have been committed. Read before trying again. */
    record Unknown(String reason) implements CommitResult {}
}

package org.kochab.spi.store;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps the state of any number of partitions. A registered store is a usable store: it has joined, recovered and is ready to commit.
 * Losing quorum is a state shown by {@link #health}, not a reason to unregister.
 *
 * <p>All methods are safe for any thread. Different partitions never wait for each other's callers. For one partition there is at most
 * one commit under way, but a commit of an old leader may race one of the new: the lease decides, inside the store's atomic operation.
 * Stages may complete on any thread; they complete within a bounded time (at most 30 seconds) and never exceptionally except with
 * {@link StoreException} for leases and loads. No call holds its caller for long: whoever asks renews leases on the same thread, so
 * loads in particular run on the store's threads.
 */
@ConsumerType
public interface PartitionStore {
    /** Service property with the store's name, as a partition's spec has it. */
    String NAME_PROPERTY = "kochab.store.name";

    /** Bytes of keys and values, puts and deletes together, that every store takes in one batch; a larger batch may be refused. */
    int MAX_BATCH_BYTES = 16 << 20;

    String name();

    /** Answers from memory. */
    StoreHealth health();

    /** Whether every member that has a store of this name has the same data in it; false if each has its own. */
    default boolean isShared() {
        return true;
    }

    /** The partition's lease; empty if it was never taken. Linearizable with {@link #compareAndSetLease} and {@link #commit}. */
    CompletionStage<Optional<LeaseRecord>> lease(String partition);

    /**
     * Replaces the partition's lease if it is still {@code expected} (empty: if there is none), durably. This is also what makes a
     * partition exist in the store.
     *
     * @return whether it was replaced; a failure with {@link StoreException} leaves that unknown
     */
    CompletionStage<Boolean> compareAndSetLease(String partition, Optional<LeaseRecord> expected, LeaseRecord next);

    /**
     * Checks epoch and revision and writes the whole batch, as one atomic durable operation: after a crash at any instant all of it is
     * there or nothing. Committing a batch of an old epoch again tells whether it was written, even if the next leader has gone on.
     */
    CompletionStage<CommitOutcome> commit(CommitBatch batch);

    /**
     * Reads all keys of a partition, in any order, and the revision they belong to (0 if nothing was ever committed). The caller holds
     * the lease and does not commit meanwhile, so what it sees is one state. {@code each} is called on one thread at a time.
     */
    CompletionStage<Long> load(String partition, Consumer<StorePut> each);

    /** Removes all a partition has, lease included. Dropping what does not exist does nothing. */
    CompletionStage<Void> drop(String partition);
}

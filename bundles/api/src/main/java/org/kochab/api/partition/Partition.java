package org.kochab.api.partition;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A partition led by some member. All methods are safe for any thread. Reads are linearizable: they see every
 * transaction acknowledged before they began. The handle ends with the leadership it was given for: after that every
 * call fails with {@link NotLeaderException} or answers {@link CommitResult.NotLeader}.
 *
 * <p>If another member leads it, reads ask that member and block for a round trip, at most 10 seconds; the same bounds and the same
 * answers hold. A list may then have fewer entries a page than asked for, and a transaction whose leader went away before it answered is
 * {@link CommitResult.Unknown}.
 *
 * <p>A {@code Partition} registered as an OSGi service is led by this member and serves until it is unregistered; its
 * service properties are {@link #ID_PROPERTY} and {@link #KIND_PROPERTY}.
 */
@ProviderType
public interface Partition {
    String ID_PROPERTY = "kochab.partition.id";
    String KIND_PROPERTY = "kochab.partition.kind";

    PartitionId id();

    PartitionKind kind();

    /** The leader's epoch under which this handle works. */
    long epoch();

    /** The revision of the last committed transaction; 0 for an empty partition. */
    long revision();

    /**
     * Asks for a transaction. Never blocks: a full queue is answered with {@link CommitResult.Busy}. Transactions submitted by one
     * thread are taken in their order. Every committed transaction has a revision of its own, one more than the one before, even if it
     * changed nothing. The stage completes on the partition's thread: continue elsewhere for anything slow. It never completes
     * exceptionally.
     *
     * @throws IllegalArgumentException if a key is empty, longer than 1,024 characters or not storable, a value is larger than 1.5 MB, or
     *     the transaction larger than 8 MiB; the message says which and what is allowed
     */
    CompletionStage<CommitResult> submit(Transaction transaction);

    /** The key as it is now. */
    Optional<Entry> get(String key);

    /**
     * The first page of all entries whose key begins with {@code prefix}.
     *
     * @param limit at most this many entries, 1 to 10,000
     */
    ListPage list(String prefix, int limit);

    /**
     * A further page.
     *
     * @throws GoneException if the cursor's revision is no longer kept
     */
    ListPage list(String prefix, int limit, ListCursor cursor) throws GoneException;

    /**
     * Watches all keys that begin with {@code prefix}.
     *
     * @param afterRevision the first event seen is the first one after this revision: use a list's revision
     * @throws GoneException if that revision is older than the kept history
     */
    Watch watch(String prefix, long afterRevision) throws GoneException;
}

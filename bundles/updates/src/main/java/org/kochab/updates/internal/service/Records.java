package org.kochab.updates.internal.service;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.codec.Codec;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.updates.internal.core.UpdateRecord;

/** Updates in the directory. Asks it and waits for the answer, at most ten seconds each. Any thread. */
final class Records {
    static final int MOST = 200;
    private static final long ANSWER_SECONDS = 10;

    private final PartitionService partitions;
    private final Codec codec;

    Records(PartitionService partitions, Codec codec) {
        this.partitions = partitions;
        this.codec = codec;
    }

    /** A record and where it stands. */
    record Stored(UpdateRecord record, Entry entry) {}

    /** All, the oldest first. */
    List<Stored> all() {
        try {
            return directory().list(UpdateRecord.PREFIX, MOST + 1).entries().stream()
                    .map(this::stored)
                    .sorted(Comparator.comparingLong(s -> s.record().number()))
                    .toList();
        } catch (NotLeaderException e) {
            throw unavailable();
        }
    }

    Optional<Stored> get(String name) {
        try {
            return directory().get(UpdateRecord.key(name)).map(this::stored);
        } catch (NotLeaderException e) {
            throw unavailable();
        }
    }

    private Stored stored(Entry entry) {
        return new Stored(codec.decode(entry.value(), UpdateRecord.class), entry);
    }

    byte[] bytes(UpdateRecord record) {
        return codec.encode(record);
    }

    /** @return whether it was done; if not, somebody else was faster */
    boolean replace(Stored before, UpdateRecord after) {
        return commit(Transaction.update(
                before.entry().key(), bytes(after), before.entry().revision()));
    }

    /** @return whether it was done; if not, a precondition did not hold */
    boolean commit(Transaction transaction) {
        CommitResult result;
        try {
            result = directory().submit(transaction).toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ResourceException(
                    Reason.UNKNOWN, "the directory gave no answer: it may or may not be done; see kochab:update-list");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException(Reason.UNKNOWN, "interrupted: it may or may not be done");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a commit failed in an unexpected way", e.getCause());
        }
        if (result instanceof CommitResult.Unknown unknown) {
            throw new ResourceException(
                    Reason.UNKNOWN,
                    "the directory gave no answer (" + unknown.reason()
                            + "): it may or may not be done; see kochab:update-list");
        } else if (result instanceof CommitResult.Busy) {
            throw new ResourceException(Reason.BUSY, "the directory is busy; try again shortly");
        } else if (result instanceof CommitResult.NotLeader) {
            throw unavailable();
        }
        return result instanceof CommitResult.Committed;
    }

    private Partition directory() {
        return partitions.directory().orElseThrow(Records::unavailable);
    }

    private static ResourceException unavailable() {
        return new ResourceException(
                Reason.UNAVAILABLE, "the directory cannot be reached now; see kochab:partition-list and try again");
    }
}

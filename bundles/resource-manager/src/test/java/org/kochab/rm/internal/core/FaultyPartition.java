package org.kochab.rm.internal.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;

/** The real partition behind a store that can be busy, or silent about what it did. */
final class FaultyPartition implements Partition {
    enum Fault {
        BUSY,
        /** Nothing was written, and nobody says so. */
        LOST,
        /** It was written, and nobody says so. */
        SILENT,
        NOT_LEADER
    }

    private final Partition real;
    final Deque<Fault> faults = new ArrayDeque<>();
    long epoch;
    /** The leadership has run out: reads are not served any more. */
    boolean ended;

    FaultyPartition(Partition real) {
        this.real = real;
        this.epoch = real.epoch();
    }

    @Override
    public CompletionStage<CommitResult> submit(Transaction transaction) {
        Fault fault = faults.poll();
        if (fault == null) {
            return real.submit(transaction);
        }
        return switch (fault) {
            case BUSY -> CompletableFuture.completedFuture(new CommitResult.Busy(Duration.ofMillis(50)));
            case LOST -> CompletableFuture.completedFuture(new CommitResult.Unknown("test"));
            case SILENT -> real.submit(transaction).thenApply(r -> new CommitResult.Unknown("test"));
            case NOT_LEADER -> CompletableFuture.completedFuture(new CommitResult.NotLeader(id()));
        };
    }

    @Override
    public PartitionId id() {
        return real.id();
    }

    @Override
    public PartitionKind kind() {
        return real.kind();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long revision() {
        if (ended) {
            throw new NotLeaderException(id());
        }
        return real.revision();
    }

    @Override
    public Optional<Entry> get(String key) {
        return real.get(key);
    }

    @Override
    public ListPage list(String prefix, int limit) {
        return real.list(prefix, limit);
    }

    @Override
    public ListPage list(String prefix, int limit, ListCursor cursor) throws GoneException {
        return real.list(prefix, limit, cursor);
    }

    @Override
    public Watch watch(String prefix, long afterRevision) throws GoneException {
        return real.watch(prefix, afterRevision);
    }
}

package org.kochab.rm.internal.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.testkit.simulation.ForwardingPartition;

/** The real partition behind a store that can be busy, or silent about what it did. */
final class FaultyPartition extends ForwardingPartition {
    enum Fault {
        BUSY,
        /** Nothing was written, and nobody says so. */
        LOST,
        /** It was written, and nobody says so. */
        SILENT,
        NOT_LEADER
    }

    final Deque<Fault> faults = new ArrayDeque<>();
    long epoch;
    /** The leadership has run out: reads are not served any more. */
    boolean ended;

    FaultyPartition(Partition real) {
        super(real);
        this.epoch = real.epoch();
    }

    @Override
    public CompletionStage<CommitResult> submit(Transaction transaction) {
        Fault fault = faults.poll();
        if (fault == null) {
            return partition.submit(transaction);
        }
        return switch (fault) {
            case BUSY -> CompletableFuture.completedFuture(new CommitResult.Busy(Duration.ofMillis(50)));
            case LOST -> CompletableFuture.completedFuture(new CommitResult.Unknown("test"));
            case SILENT -> partition.submit(transaction).thenApply(r -> new CommitResult.Unknown("test"));
            case NOT_LEADER -> CompletableFuture.completedFuture(new CommitResult.NotLeader(id()));
        };
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
        return super.revision();
    }
}

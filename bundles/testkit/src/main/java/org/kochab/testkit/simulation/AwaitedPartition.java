package org.kochab.testkit.simulation;

import java.util.concurrent.CompletionStage;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;

/** A partition as threads of the process have it that leads it: they may wait for commits. */
public final class AwaitedPartition extends ForwardingPartition {
    private final SimulatedProcess process;

    public AwaitedPartition(Partition partition, SimulatedProcess process) {
        super(partition);
        this.process = process;
    }

    @Override
    public CompletionStage<CommitResult> submit(Transaction transaction) {
        return SimulatedFuture.of(process, partition.submit(transaction));
    }
}

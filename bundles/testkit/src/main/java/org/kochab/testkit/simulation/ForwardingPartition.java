package org.kochab.testkit.simulation;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;

/** Another partition, for what differs from it in some of its operations. As thread-safe as that one. */
public abstract class ForwardingPartition implements Partition {
    protected final Partition partition;

    protected ForwardingPartition(Partition partition) {
        this.partition = partition;
    }

    @Override
    public PartitionId id() {
        return partition.id();
    }

    @Override
    public PartitionKind kind() {
        return partition.kind();
    }

    @Override
    public long epoch() {
        return partition.epoch();
    }

    @Override
    public long revision() {
        return partition.revision();
    }

    @Override
    public CompletionStage<CommitResult> submit(Transaction transaction) {
        return partition.submit(transaction);
    }

    @Override
    public Optional<Entry> get(String key) {
        return partition.get(key);
    }

    @Override
    public ListPage list(String prefix, int limit) {
        return partition.list(prefix, limit);
    }

    @Override
    public ListPage list(String prefix, int limit, ListCursor cursor) throws GoneException {
        return partition.list(prefix, limit, cursor);
    }

    @Override
    public Watch watch(String prefix, long afterRevision) throws GoneException {
        return partition.watch(prefix, afterRevision);
    }
}

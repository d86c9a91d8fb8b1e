package org.kochab.partition.internal.tenant;

import java.util.Optional;
import java.util.function.Function;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.spi.scheduler.Scheduler;

/** What the leader of one tenant partition does, from the moment it leads until it does not. */
final class TenantPartition implements AutoCloseable {
    private final Partition partition;
    private final TenantLifecycle lifecycle;
    private final PodLoop pods;

    TenantPartition(
            Workshop shop,
            PartitionService partitions,
            Partition partition,
            Function<PartitionId, Optional<ResourceManager>> managers,
            ServiceLease<Scheduler> schedulers) {
        this.partition = partition;
        this.lifecycle = new TenantLifecycle(shop, partitions, partition, tenant -> {});
        this.pods = new PodLoop(shop, partitions, partition, managers, schedulers);
    }

    PodLoop pods() {
        return pods;
    }

    Partition partition() {
        return partition;
    }

    void start() {
        lifecycle.start();
        pods.start();
    }

    @Override
    public void close() {
        pods.close();
        lifecycle.close();
    }
}

package org.kochab.partition.internal.tenant;

import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionService;

/** What the leader of one tenant partition does, from the moment it leads until it does not. */
final class TenantPartition implements AutoCloseable {
    private final Partition partition;
    private final TenantLifecycle lifecycle;

    TenantPartition(Workshop shop, PartitionService partitions, TenantDirectory directory, Partition partition) {
        this.partition = partition;
        this.lifecycle = new TenantLifecycle(shop, partitions, partition, tenant -> {});
    }

    Partition partition() {
        return partition;
    }

    void start() {
        lifecycle.start();
    }

    @Override
    public void close() {
        lifecycle.close();
    }
}

package org.kochab.api.partition;

/**
 * What the directory says of a partition.
 *
 * @param store name of the store that keeps it, for example {@code ignite}
 * @param scheduler name of the scheduler a tenant partition uses; empty for other kinds
 */
public record PartitionSpec(PartitionId id, PartitionKind kind, String store, String scheduler) {
    public PartitionSpec withScheduler(String name) {
        return new PartitionSpec(id, kind, store, name);
    }
}

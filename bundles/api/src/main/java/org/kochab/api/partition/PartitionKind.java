package org.kochab.api.partition;

/** What a partition holds. All kinds run on the same kernel. */
public enum PartitionKind {
    /** The map of tenants and partitions. There is one, named {@code directory}. */
    DIRECTORY,
    /** All objects of its tenants. */
    TENANT,
    /** A group of nodes and the claims on their capacity. */
    RESOURCE_MANAGER
}

package org.kochab.api.partition;

/**
 * What the directory says of a partition.
 *
 * @param store name of the store that keeps it, for example {@code ignite}
 * @param scheduler name of the scheduler a tenant partition uses; empty for other kinds
 * @param dedicated whether a tenant partition takes only tenants that name it
 * @param stage whether it is there to stay
 */
public record PartitionSpec(
        PartitionId id, PartitionKind kind, String store, String scheduler, boolean dedicated, Stage stage) {
    /** Whether a partition is there to stay. */
    public enum Stage {
        ACTIVE,
        /** It is to be removed: it serves, but nothing new is put there. */
        DRAINING,
        /** Nobody leads it any more. */
        CLOSED,
        /** Nobody leads it until an operator wants it again; all it has stays. */
        SUSPENDED;

        /** Whether a member may lead it. */
        public boolean isServed() {
            return this == ACTIVE || this == DRAINING;
        }
    }

    /** One that takes any tenant, and is there to stay. */
    public PartitionSpec(PartitionId id, PartitionKind kind, String store, String scheduler) {
        this(id, kind, store, scheduler, false, Stage.ACTIVE);
    }

    public PartitionSpec withScheduler(String name) {
        return new PartitionSpec(id, kind, store, name, dedicated, stage);
    }

    public PartitionSpec in(Stage next) {
        return new PartitionSpec(id, kind, store, scheduler, dedicated, next);
    }
}

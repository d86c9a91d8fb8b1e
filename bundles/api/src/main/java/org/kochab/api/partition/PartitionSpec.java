package org.kochab.api.partition;

/**
 * What the directory says of a partition.
 *
 * @param store name of the store that keeps it, for example {@code ignite}
 * @param nextStore name of the store that it is to be moved to; empty if it stays
 * @param scheduler name of the scheduler a tenant partition uses; empty for other kinds
 * @param dedicated whether a tenant partition takes only tenants that name it
 * @param stage whether it is there to stay
 */
public record PartitionSpec(
        PartitionId id,
        PartitionKind kind,
        String store,
        String nextStore,
        String scheduler,
        boolean dedicated,
        Stage stage) {
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
        this(id, kind, store, "", scheduler, false, Stage.ACTIVE);
    }

    /** One that takes only tenants that name it, or any tenant. */
    public PartitionSpec withDedicated(boolean only) {
        return new PartitionSpec(id, kind, store, nextStore, scheduler, only, stage);
    }

    public PartitionSpec withScheduler(String name) {
        return new PartitionSpec(id, kind, store, nextStore, name, dedicated, stage);
    }

    /** Kept by a store; that it was to be moved is forgotten. */
    public PartitionSpec withStore(String name) {
        return new PartitionSpec(id, kind, name, "", scheduler, dedicated, stage);
    }

    /** To be moved to another store. */
    public PartitionSpec withNextStore(String name) {
        return new PartitionSpec(id, kind, store, name, scheduler, dedicated, stage);
    }

    public PartitionSpec in(Stage next) {
        return new PartitionSpec(id, kind, store, nextStore, scheduler, dedicated, next);
    }
}

package org.kochab.partition.internal.core.kernel;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionId;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;

/**
 * Leases that nobody may take, because the partition's truth is in another store. The owner says why: {@code =NAME} in the store that a
 * partition has left for store NAME, {@code <NAME} in the store that is being filled from store NAME. The first is the one record that
 * decides a move of a partition between stores: from the moment it is there, the copy is the partition.
 */
public final class Seals {
    private static final String MOVED = "=";
    private static final String COPY = "<";
    /** Time to live of a lease that nobody may take over. */
    public static final long FOREVER_MILLIS = TimeUnit.DAYS.toMillis(36_500);

    private Seals() {}

    /** The record that says that the partition is in store {@code to} now, to follow {@code held}. */
    static LeaseRecord moved(LeaseRecord held, String to) {
        return new LeaseRecord(held.epoch(), MOVED + to, held.renewal() + 1, FOREVER_MILLIS);
    }

    /** The record under which the leader of an epoch fills a store, to follow {@code before}. */
    static LeaseRecord copy(@Nullable LeaseRecord before, long epoch, String from) {
        return new LeaseRecord(epoch, COPY + from, before == null ? 0 : before.renewal() + 1, FOREVER_MILLIS);
    }

    /** The store that the partition has left this one for. */
    public static Optional<String> movedTo(LeaseRecord record) {
        return after(MOVED, record);
    }

    /** The store that this one is being filled from. */
    public static Optional<String> copyOf(LeaseRecord record) {
        return after(COPY, record);
    }

    /**
     * Finds out where a partition is, if the lease in {@code here} says that another store decides; and if its leader has ended between the
     * seal and the taking of the other lease, makes that one free.
     *
     * @return the store that the directory is to name; fails as the stores do
     */
    public static CompletionStage<PartitionStore> settle(PartitionId id, PartitionStore here, PartitionStore other) {
        String partition = id.value();
        return other.lease(partition).thenCompose(there -> here.lease(partition).thenCompose(now -> {
            if (says(Seals::movedTo, now, other)) {
                return free(partition, other, there, here).thenApply(done -> other);
            }
            return says(Seals::copyOf, now, other)
                    ? whole(partition, here, now, other)
                    : CompletableFuture.completedFuture(here);
        }));
    }

    /** What is a copy here is the partition if the other store was sealed after it was seen to be one. */
    private static CompletionStage<PartitionStore> whole(
            String partition, PartitionStore here, Optional<LeaseRecord> now, PartitionStore other) {
        return other.lease(partition)
                .thenCompose(there -> says(Seals::movedTo, there, here)
                        ? free(partition, here, now, other).thenApply(done -> here)
                        : CompletableFuture.completedFuture(other));
    }

    private static boolean says(
            Function<LeaseRecord, Optional<String>> what, Optional<LeaseRecord> lease, PartitionStore store) {
        return lease.flatMap(what).equals(Optional.of(store.name()));
    }

    private static CompletionStage<Boolean> free(
            String partition, PartitionStore store, Optional<LeaseRecord> lease, PartitionStore from) {
        if (!says(Seals::copyOf, lease, from)) {
            return CompletableFuture.completedFuture(false);
        }
        LeaseRecord copy = lease.orElseThrow();
        return store.compareAndSetLease(partition, lease, new LeaseRecord(copy.epoch(), "", copy.renewal() + 1, 1));
    }

    private static Optional<String> after(String mark, LeaseRecord record) {
        String owner = record.owner();
        return owner.startsWith(mark) ? Optional.of(owner.substring(mark.length())) : Optional.empty();
    }
}

package org.kochab.store.ignite.internal.grid;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;

/** One life of the store, as its component runs it; {@link RestartTest} calls this through class loaders of its own. */
public final class StoreCycle {
    private StoreCycle() {}

    /**
     * Starts, waits for the offer, continues the partition where the last cycle left it, and stops.
     *
     * @param others called where the store calls other bundles
     */
    public static void run(Path directory, int port, Runnable others) throws Exception {
        CompletableFuture<IgnitePartitionStore> offered = new CompletableFuture<>();
        CountDownLatch withdrawn = new CountDownLatch(1);
        StoreLife life = new StoreLife(TestSettings.of(directory, port), store -> {
            others.run();
            offered.complete(store);
            return () -> {
                others.run();
                withdrawn.countDown();
            };
        });
        try {
            IgnitePartitionStore store = offered.get(120, TimeUnit.SECONDS);
            Optional<LeaseRecord> lease = KilledWriter.await(store.lease("p"));
            LeaseRecord mine = new LeaseRecord(lease.map(LeaseRecord::epoch).orElse(0L) + 1, "c", 0, 1_000);
            check(KilledWriter.await(store.compareAndSetLease("p", lease, mine)), "lease");
            long revision = KilledWriter.await(store.load("p", put -> {}));
            check(revision == mine.epoch() - 1, "revision " + revision + " in epoch " + mine.epoch());
            CommitOutcome outcome = KilledWriter.await(store.commit(KilledWriter.batch("p", mine.epoch(), revision + 1))
                    .thenApply(done -> {
                        others.run();
                        return done;
                    }));
            check(outcome instanceof CommitOutcome.Done, outcome.toString());
        } finally {
            life.close();
        }
        check(withdrawn.getCount() == 0, "the offer was not withdrawn");
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }
}

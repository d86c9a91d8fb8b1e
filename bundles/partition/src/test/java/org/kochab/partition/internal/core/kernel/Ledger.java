package org.kochab.partition.internal.core.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;

/** Watches what really reaches a store: nobody writes under an epoch that is not the lease's. */
final class Ledger implements PartitionStore {
    private final PartitionStore store;
    private final Map<String, Long> epochs = new HashMap<>();
    private final Map<String, Long> revisions = new HashMap<>();

    Ledger(PartitionStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public StoreHealth health() {
        return store.health();
    }

    @Override
    public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
        return store.lease(partition);
    }

    @Override
    public CompletionStage<Boolean> compareAndSetLease(
            String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        CompletionStage<Boolean> stage = store.compareAndSetLease(partition, expected, next);
        if (stage.toCompletableFuture().join()) {
            epochs.put(partition, next.epoch());
        }
        return stage;
    }

    @Override
    public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
        CompletionStage<CommitOutcome> stage = store.commit(batch);
        // Not inside the stage, which would keep what is thrown to itself.
        if (stage.toCompletableFuture().join() instanceof CommitOutcome.Done
                && batch.revision() > revisions.getOrDefault(batch.partition(), 0L)) {
            revisions.put(batch.partition(), batch.revision());
            World.expect(
                    batch.epoch() == epochs.getOrDefault(batch.partition(), 0L),
                    "epoch " + batch.epoch() + " wrote revision " + batch.revision() + " under the lease of epoch "
                            + epochs.get(batch.partition()));
        }
        return stage;
    }

    @Override
    public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
        return store.load(partition, each);
    }

    @Override
    public CompletionStage<Void> drop(String partition) {
        return store.drop(partition);
    }
}

package org.kochab.store.memory.internal.osgi;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;
import org.kochab.store.memory.MemoryStore;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** Offers the store under the name {@code memory}, only where an operator made a configuration for it: nothing in it survives. */
@Component(
        service = PartitionStore.class,
        configurationPid = "org.kochab.store.memory",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = PartitionStore.NAME_PROPERTY + "=" + MemoryStore.NAME)
public final class MemoryStoreComponent implements PartitionStore {
    private final MemoryStore store = new MemoryStore();

    @Activate
    public MemoryStoreComponent() {}

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
        return store.compareAndSetLease(partition, expected, next);
    }

    @Override
    public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
        return store.commit(batch);
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

package org.kochab.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;

/** The replicated store as one member's process sees it. */
final class ReplicaStore implements PartitionStore {
    private final ReplicatedStore all;
    private final Replica replica;

    ReplicaStore(ReplicatedStore all, Replica replica) {
        this.all = all;
        this.replica = replica;
    }

    @Override
    public String name() {
        return replica.content().name();
    }

    @Override
    public StoreHealth health() {
        return replica.content().health();
    }

    @Override
    public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
        return ask(store -> store.lease(partition), lease -> false, true, ReplicaStore::failed);
    }

    @Override
    public CompletionStage<Boolean> compareAndSetLease(
            String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        return ask(
                store -> store.compareAndSetLease(partition, expected, next),
                replaced -> replaced,
                true,
                ReplicaStore::failed);
    }

    @Override
    public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
        return ask(
                store -> store.commit(batch),
                outcome -> outcome instanceof CommitOutcome.Done,
                true,
                why -> CompletableFuture.completedFuture(
                        why == StoreOperation.Failure.REFUSED
                                ? new CommitOutcome.Refused("too few members")
                                : new CommitOutcome.Unknown("no answer, or too few members")));
    }

    private record Loaded(long revision, List<StorePut> puts) {}

    @Override
    public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
        CompletionStage<Loaded> loaded = ask(
                store -> {
                    List<StorePut> puts = new ArrayList<>();
                    return store.load(partition, puts::add).thenApply(revision -> new Loaded(revision, puts));
                },
                l -> false,
                false,
                ReplicaStore::failed);
        return loaded.thenApply(l -> {
            l.puts.forEach(each);
            return l.revision;
        });
    }

    @Override
    public CompletionStage<Void> drop(String partition) {
        CompletionStage<Boolean> dropped = ask(
                store -> store.drop(partition).thenApply(nothing -> true), done -> true, true, ReplicaStore::failed);
        return dropped.thenAccept(done -> {});
    }

    private <T> CompletionStage<T> ask(
            Function<PartitionStore, CompletionStage<T>> work,
            Predicate<T> changes,
            boolean needsMajority,
            Function<StoreOperation.Failure, CompletionStage<T>> failed) {
        StoreOperation<T> operation =
                new StoreOperation<>(replica, all.simulation.tick(), work, changes, needsMajority, failed);
        replica.ask(operation);
        return operation.answer;
    }

    private static <T> CompletionStage<T> failed(StoreOperation.Failure why) {
        return CompletableFuture.failedFuture(new StoreException("the replicated store: " + why));
    }
}

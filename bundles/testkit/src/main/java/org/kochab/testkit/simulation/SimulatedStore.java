package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;

/**
 * A store at the other end of an unreliable way: calls and answers take their time, overtake each other, are lost or doubled, commits
 * are refused, and the store crashes. It keeps to the contract all the same. The store behind it must answer at once.
 */
public final class SimulatedStore implements PartitionStore {
    private final Simulation simulation;
    private final UnaryOperator<PartitionStore> restart;
    private PartitionStore store;
    private Faults faults;
    private boolean down;
    /** Grows with each crash: what was under way before it is gone. */
    private long life;

    /** @param restart gives a new store on what the old one left */
    public SimulatedStore(
            Simulation simulation, PartitionStore store, UnaryOperator<PartitionStore> restart, Faults faults) {
        this.simulation = simulation;
        this.store = store;
        this.restart = restart;
        this.faults = faults;
    }

    /** From now on it misbehaves like this. */
    public void faults(Faults next) {
        faults = next;
    }

    /** Ends now; calls that have not arrived never will, answers under way are lost. Up again after {@code length}. */
    public void crash(Duration length) {
        if (down) {
            return;
        }
        down = true;
        life++;
        simulation.after(length, () -> {
            store = restart.apply(store);
            down = false;
        });
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
        return call(() -> store.lease(partition), SimulatedStore::failed);
    }

    @Override
    public CompletionStage<Boolean> compareAndSetLease(
            String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        return call(() -> store.compareAndSetLease(partition, expected, next), SimulatedStore::failed);
    }

    @Override
    public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
        if (simulation.chance(faults.refused())) {
            return after(way(), () -> CompletableFuture.completedFuture(new CommitOutcome.Refused("simulated")));
        }
        return call(
                () -> store.commit(batch),
                reason -> CompletableFuture.completedFuture(new CommitOutcome.Unknown(reason)));
    }

    @Override
    public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
        record Loaded(long revision, List<StorePut> puts) {}
        CompletionStage<Loaded> loaded = call(
                () -> {
                    List<StorePut> puts = new ArrayList<>();
                    return store.load(partition, puts::add).thenApply(revision -> new Loaded(revision, puts));
                },
                SimulatedStore::failed);
        return loaded.thenApply(l -> {
            l.puts.forEach(each);
            return l.revision;
        });
    }

    @Override
    public CompletionStage<Void> drop(String partition) {
        return call(() -> store.drop(partition), SimulatedStore::failed);
    }

    private <T> CompletionStage<T> call(
            Supplier<CompletionStage<T>> work, Function<String, CompletionStage<T>> unknown) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        simulation.after(faults.timeout(), () -> {
            if (!answer.isDone()) {
                pass(unknown.apply("no answer in time"), answer);
            }
        });
        if (!simulation.chance(faults.lostCalls())) {
            arrive(work, answer, simulation.chance(faults.lostAnswers()));
        }
        if (simulation.chance(faults.duplicated())) {
            arrive(work, new CompletableFuture<>(), true);
        }
        return answer;
    }

    private <T> void arrive(Supplier<CompletionStage<T>> work, CompletableFuture<T> answer, boolean answerLost) {
        long sent = life;
        simulation.after(way(), () -> {
            if (down || sent != life) {
                return;
            }
            CompletionStage<T> done = work.get();
            if (!done.toCompletableFuture().isDone()) {
                throw new IllegalStateException("the store behind a simulated store must answer at once");
            }
            if (!answerLost) {
                simulation.after(way(), () -> {
                    if (sent == life) {
                        pass(done, answer);
                    }
                });
            }
        });
    }

    private <T> CompletionStage<T> after(Duration delay, Supplier<CompletionStage<T>> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        simulation.after(delay, () -> pass(work.get(), answer));
        return answer;
    }

    private Duration way() {
        return simulation.between(Duration.ofNanos(1_000), faults.slowest());
    }

    private static <T> CompletionStage<T> failed(String reason) {
        return CompletableFuture.failedFuture(new StoreException(reason));
    }

    private static <T> void pass(CompletionStage<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, error) -> {
            if (error == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(error);
            }
        });
    }
}

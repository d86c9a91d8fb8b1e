package org.kochab.partition.internal.core.kernel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionId;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;
import org.kochab.store.memory.MemoryStore;

/** One leadership that a test steps by hand, on a clock and a store that do as the test says. */
final class Stepped implements Leadership.Listener {
    /** Decides what becomes of a commit; null lets the store decide. */
    final ArrayDeque<Function<CommitBatch, CommitOutcome>> outcomes = new ArrayDeque<>();
    /** While set, commits wait in {@link #held}. */
    boolean hold;

    final ArrayDeque<Runnable> held = new ArrayDeque<>();
    final List<CommitBatch> batches = new ArrayList<>();
    boolean leasesFail;
    /** While set, changes of the lease are made and their answers wait in {@link #held}. */
    boolean holdLeases;

    Duration patience = Duration.ZERO;
    final List<String> ends = new ArrayList<>();
    final List<String> moves = new ArrayList<>();

    private final Clock clock;
    private final Leadership leadership;
    private @Nullable LedPartition led;
    private boolean woken;

    /** Shared by the members of a test. */
    static final class Clock {
        long now;
    }

    Stepped(MemoryStore store, KernelLimits limits) {
        this("a", store, limits, new Clock());
        settle();
    }

    Stepped(String member, MemoryStore store, KernelLimits limits, Clock clock) {
        this.clock = clock;
        this.leadership = new Leadership(
                World.SPEC,
                member,
                new Store(store),
                limits,
                () -> clock.now,
                () -> woken = true,
                this,
                () -> patience.toNanos());
    }

    /** Steps until there is nothing to do at this instant; returns the pause then asked for. */
    long settle() {
        while (true) {
            woken = false;
            long pause = leadership.step();
            if (pause > 0 && !woken) {
                return pause;
            }
        }
    }

    /** Lets time pass in the steps the kernel asks for. */
    void pass(Duration time) {
        long end = clock.now + time.toNanos();
        while (true) {
            long pause = settle();
            if (clock.now + pause > end || pause == Long.MAX_VALUE) {
                clock.now = end;
                settle();
                return;
            }
            clock.now += pause;
        }
    }

    LedPartition led() {
        LedPartition now = led;
        if (now == null) {
            throw new AssertionError("not leading: " + leadership.standing());
        }
        return now;
    }

    boolean leads() {
        return led != null;
    }

    Leadership leadership() {
        return leadership;
    }

    void release() {
        hold = false;
        holdLeases = false;
        for (Runnable r = held.poll(); r != null; r = held.poll()) {
            r.run();
        }
        settle();
    }

    @Override
    public void leads(LedPartition partition) {
        led = partition;
    }

    @Override
    public void ended(LedPartition partition, String why) {
        led = null;
        ends.add(why);
    }

    @Override
    public void isElsewhere(PartitionId partition, String here, String other) {
        moves.add(here + " to " + other);
    }

    private final class Store implements PartitionStore {
        private final MemoryStore to;

        Store(MemoryStore to) {
            this.to = to;
        }

        @Override
        public String name() {
            return to.name();
        }

        @Override
        public StoreHealth health() {
            return to.health();
        }

        @Override
        public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
            return leasesFail ? CompletableFuture.failedFuture(new StoreException("away")) : to.lease(partition);
        }

        @Override
        public CompletionStage<Boolean> compareAndSetLease(
                String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
            CompletionStage<Boolean> answer = leasesFail
                    ? CompletableFuture.failedFuture(new StoreException("away"))
                    : to.compareAndSetLease(partition, expected, next);
            if (!holdLeases) {
                return answer;
            }
            CompletableFuture<Boolean> later = new CompletableFuture<>();
            held.add(() -> answer.thenAccept(later::complete));
            return later;
        }

        @Override
        public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
            batches.add(batch);
            CompletableFuture<CommitOutcome> answer = new CompletableFuture<>();
            Runnable decide = () -> {
                Function<CommitBatch, CommitOutcome> outcome = outcomes.poll();
                if (outcome == null) {
                    to.commit(batch).thenAccept(answer::complete);
                } else {
                    answer.complete(outcome.apply(batch));
                }
            };
            if (hold) {
                held.add(decide);
            } else {
                decide.run();
            }
            return answer;
        }

        @Override
        public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
            return to.load(partition, each);
        }

        @Override
        public CompletionStage<Void> drop(String partition) {
            return to.drop(partition);
        }
    }
}

package org.kochab.store.ignite.internal.grid;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.cluster.MemberCalls;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;
import org.kochab.store.ignite.internal.core.Block;
import org.kochab.store.ignite.internal.core.Latencies;
import org.kochab.store.ignite.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store of partitions on an Ignite member of its own. Open while it exists; {@link #close} gives back everything it took. */
public final class IgnitePartitionStore implements PartitionStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IgnitePartitionStore.class);

    /** Below the 30 seconds that the contract allows. */
    private static final int ANSWER_SECONDS = 25;

    private static final int LOAD_THREADS = 2;
    private static final int LOAD_QUEUE = 1_000;
    private static final int MERGE_QUEUE = 1_000;
    private static final int IDLE_SECONDS = 10;
    private static final int CLOSE_SECONDS = 15;
    private static final int CLOSE_SECONDS_APART = 1;
    private static final int MEDIAN = 50;
    private static final int TAIL = 99;

    private final Settings settings;
    private final Grid grid;
    private final PartitionTransactions transactions;
    private final IgniteMemberCalls calls;
    private final Latencies latencies = new Latencies();
    private final ExecutorService commits;
    private final ExecutorService loads;
    private final Merges merges;
    private final Watch watch;
    private final ScheduledThreadPoolExecutor timer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private IgnitePartitionStore(Settings settings, Grid grid, PartitionTransactions transactions) {
        this.settings = settings;
        this.grid = grid;
        this.transactions = transactions;
        this.calls = new IgniteMemberCalls(grid.ignite(), settings.memberName());
        this.commits = pool("commit", settings.commitThreads(), settings.commitQueue());
        this.loads = pool("load", LOAD_THREADS, LOAD_QUEUE);
        this.merges = new Merges(new Merger(transactions), pool("merge", 1, MERGE_QUEUE));
        this.timer = new ScheduledThreadPoolExecutor(1, threads("timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        this.watch = new Watch(grid, settings, threads("watch"));
    }

    /** As {@link #open(Settings, Consumer)}, for those who do not want to know what is waited for. */
    public static IgnitePartitionStore open(Settings settings) {
        return open(settings, waitsFor -> {});
    }

    /**
     * Starts the member, recovers what it has, and makes the caches if there are none. Blocks for seconds, or until other members are there.
     *
     * @param progress told, on the calling thread, what is waited for
     * @throws StoreException if the store cannot be used; everything is stopped again
     */
    static IgnitePartitionStore open(Settings settings, Consumer<String> progress) {
        Grid grid = Grid.start(settings, progress);
        boolean open = false;
        try {
            PartitionTransactions transactions = new PartitionTransactions(grid, settings.transactionMillis());
            transactions.repair();
            IgnitePartitionStore store = new IgnitePartitionStore(settings, grid, transactions);
            open = true;
            return store;
        } finally {
            if (!open) {
                grid.close();
            }
        }
    }

    @Override
    public String name() {
        return settings.storeName();
    }

    @Override
    public StoreHealth health() {
        String failure = closed.get() ? "the store is stopped" : grid.failure();
        int quorum = settings.quorum();
        int members = failure == null ? grid.members() : 0;
        int complete = failure == null ? watch.complete() : 0;
        StoreHealth.State state = StoreHealth.State.READY;
        String message = "";
        if (failure != null) {
            state = StoreHealth.State.FAILED;
            message = failure + ": look at the log and the disk of member " + settings.memberName();
        } else if (members < quorum) {
            state = StoreHealth.State.NO_QUORUM;
            message = members + " of " + quorum + " needed members are there, nothing can be written: start the others,"
                    + " or restore the network between them";
        } else if (complete < quorum) {
            state = StoreHealth.State.NO_QUORUM;
            message = complete + " of " + quorum + " needed members have complete copies, nothing can be written: wait"
                    + " until the others have copied, or start those that are not there";
        }
        return new StoreHealth(
                state,
                message,
                members,
                quorum,
                complete,
                watch.missing(),
                settings.fsync() ? "fsync" : "written to the operating system, not forced to the disk",
                latencies.percentile(MEDIAN),
                latencies.percentile(TAIL),
                watch.disk().percentile(MEDIAN),
                watch.disk().percentile(TAIL));
    }

    /** Why this store is of no use any more; null while it is. */
    @Nullable
    String failure() {
        String failure = grid.failure();
        return failure == null ? watch.apart() : failure;
    }

    /** Whether that is because the others are not there, or went on without this member. */
    boolean isApart() {
        return grid.failure() == null ? watch.apart() != null : grid.isCutOff();
    }

    @Override
    public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
        return ask(commits, "reading the lease of " + partition, () -> {
            requireMajority(partition);
            Optional<LeaseRecord> lease = transactions.lease(partition);
            requireMajority(partition);
            return lease;
        });
    }

    @Override
    public CompletionStage<Boolean> compareAndSetLease(
            String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        return ask(commits, "changing the lease of " + partition, () -> {
            requireMajority(partition);
            boolean replaced = transactions.compareAndSetLease(partition, expected, next);
            requireMajority(partition);
            return replaced;
        });
    }

    @Override
    public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
        long bytes = Block.bytes(batch);
        if (bytes > MAX_BATCH_BYTES) {
            return CompletableFuture.completedFuture(new CommitOutcome.Refused("the batch has " + bytes
                    + " bytes of keys and values: commit at most " + MAX_BATCH_BYTES + " at a time"));
        }
        long begun = System.nanoTime();
        AtomicBoolean started = new AtomicBoolean();
        AtomicInteger pause = new AtomicInteger();
        return run(
                        commits,
                        () -> {
                            Optional<String> before = lacking(batch.partition());
                            if (before.isPresent()) {
                                return new CommitOutcome.Refused(before.get());
                            }
                            started.set(true);
                            CommitOutcome outcome = transactions.commit(batch, head -> {
                                merges.consider(batch.partition(), head);
                                pause.set(head.pauseMillis());
                            });
                            latencies.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun));
                            return keptByMajority(batch.partition(), outcome);
                        },
                        reason -> started.get()
                                ? CompletableFuture.completedFuture(new CommitOutcome.Unknown(reason))
                                : CompletableFuture.completedFuture(new CommitOutcome.Refused(reason)))
                .thenCompose(outcome -> after(pause.get(), outcome));
    }

    /** A partition has one commit under way, so an answer that comes later slows it down. */
    private CompletionStage<CommitOutcome> after(int millis, CommitOutcome outcome) {
        if (millis == 0) {
            return CompletableFuture.completedFuture(outcome);
        }
        CompletableFuture<CommitOutcome> answer = new CompletableFuture<>();
        try {
            timer.schedule(() -> answer.complete(outcome), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            answer.complete(outcome);
        }
        return answer;
    }

    /** A commit acknowledged on the small side of a split, or held by one copy, could be lost: there the answer is that nobody knows. */
    private CommitOutcome keptByMajority(String partition, CommitOutcome outcome) {
        return outcome instanceof CommitOutcome.Done
                ? lacking(partition)
                        .<CommitOutcome>map(CommitOutcome.Unknown::new)
                        .orElse(outcome)
                : outcome;
    }

    /** What a minority says of a lease may have been changed by the others; that it changed one may be known to nobody else. */
    private void requireMajority(String partition) {
        lacking(partition).ifPresent(reason -> {
            throw new StoreException(reason);
        });
    }

    /** What keeps a write from being kept for good; empty if nothing does. */
    private Optional<String> lacking(String partition) {
        if (grid.failure() != null) {
            return Optional.ofNullable(grid.failure());
        }
        int members = grid.members();
        if (members < settings.quorum()) {
            return Optional.of(
                    "only " + members + " of the store's members are there, " + settings.quorum() + " are needed");
        }
        int copies = transactions.copies(partition);
        return copies < settings.quorum()
                ? Optional.of("only " + copies + " members have all of partition " + partition + ", "
                        + settings.quorum() + " are needed: the others are copying it or are not there")
                : Optional.empty();
    }

    /** The way to the other members; open as long as this store. */
    public MemberCalls calls() {
        return calls;
    }

    @Override
    public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
        return ask(loads, "loading " + partition, () -> transactions.load(partition, each));
    }

    @Override
    public CompletionStage<Void> drop(String partition) {
        return ask(loads, "dropping " + partition, () -> {
            transactions.drop(partition);
            return null;
        });
    }

    private <T> CompletionStage<T> ask(ExecutorService pool, String what, Callable<T> work) {
        return run(
                pool, work, reason -> CompletableFuture.failedFuture(new StoreException(what + " failed: " + reason)));
    }

    /** Runs work on a pool and answers by {@code failed} if it throws, finds no place or takes too long. */
    private <T> CompletionStage<T> run(
            ExecutorService pool, Callable<T> work, Function<String, CompletableFuture<T>> failed) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            Future<?> running = pool.submit(() -> {
                try {
                    String failure = grid.failure();
                    if (failure == null) {
                        answer.complete(work.call());
                    } else {
                        pass(failed.apply(failure), answer);
                    }
                } catch (Exception e) {
                    LOG.debug("An operation of the store failed", e);
                    pass(failed.apply(Grid.rootMessage(e)), answer);
                }
            });
            Future<?> alarm = timer.schedule(
                    () -> {
                        pass(failed.apply("no answer in " + ANSWER_SECONDS + " s: look at the disk"), answer);
                        running.cancel(false);
                    },
                    ANSWER_SECONDS,
                    TimeUnit.SECONDS);
            answer.whenComplete((value, thrown) -> alarm.cancel(false));
        } catch (RejectedExecutionException e) {
            pass(
                    failed.apply(closed.get() ? "the store is stopped" : "too many requests wait, ask again later"),
                    answer);
        }
        return answer;
    }

    private static <T> void pass(CompletableFuture<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, thrown) -> {
            if (thrown == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(thrown);
            }
        });
    }

    /** Lets what is under way finish, for a bounded time, then stops the member. Blocks for about a second. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // Alone there is nothing to finish: what is under way waits for those who are not there.
        int seconds = failure() == null ? CLOSE_SECONDS : CLOSE_SECONDS_APART;
        commits.shutdown();
        loads.shutdown();
        merges.close();
        boolean drained = ended(commits, seconds) & ended(loads, seconds) & ended(merges.thread(), seconds);
        timer.shutdown(); // answers that it holds back still go out
        ended(timer, CLOSE_SECONDS_APART);
        watch.close();
        calls.close();
        grid.close(drained);
    }

    private static boolean ended(ExecutorService pool, int seconds) {
        try {
            if (pool.awaitTermination(seconds, TimeUnit.SECONDS)) {
                return true;
            }
            pool.shutdownNow();
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static ExecutorService pool(String role, int size, int queue) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), threads(role));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String role) {
        AtomicInteger number = new AtomicInteger();
        return work -> Outside.thread(work, "kochab-store-ignite-" + role + "-" + number.incrementAndGet());
    }
}

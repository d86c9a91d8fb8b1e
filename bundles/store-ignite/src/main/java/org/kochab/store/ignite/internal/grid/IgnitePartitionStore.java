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
    }

    /**
     * Starts the member, recovers what it has, and makes the caches if there are none. Blocks for seconds.
     *
     * @throws StoreException if the store cannot be used; everything is stopped again
     */
    public static IgnitePartitionStore open(Settings settings) {
        Grid grid = Grid.start(settings);
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
        StoreHealth.State state = StoreHealth.State.READY;
        String message = "";
        if (failure != null) {
            state = StoreHealth.State.FAILED;
            message = failure + ": look at the log and the disk of member " + settings.memberName()
                    + ", then restart the bundle";
        } else if (members < quorum) {
            state = StoreHealth.State.NO_QUORUM;
            message = members + " of " + quorum + " needed members are there: start the others";
        }
        return new StoreHealth(
                state,
                message,
                members,
                quorum,
                settings.fsync() ? "fsync" : "written to the operating system, not forced to the disk",
                latencies.percentile(MEDIAN),
                latencies.percentile(TAIL));
    }

    /** Whether Ignite has stopped itself, so that this store is of no use any more. */
    boolean failed() {
        return grid.failure() != null;
    }

    @Override
    public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
        return ask(commits, "reading the lease of " + partition, () -> {
            Optional<LeaseRecord> lease = transactions.lease(partition);
            requireMajority();
            return lease;
        });
    }

    @Override
    public CompletionStage<Boolean> compareAndSetLease(
            String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        return ask(commits, "changing the lease of " + partition, () -> {
            boolean replaced = transactions.compareAndSetLease(partition, expected, next);
            requireMajority();
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
        return run(
                commits,
                () -> {
                    started.set(true);
                    CommitOutcome outcome =
                            transactions.commit(batch, head -> merges.consider(batch.partition(), head));
                    latencies.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun));
                    return seenByMajority(outcome);
                },
                reason -> started.get()
                        ? CompletableFuture.completedFuture(new CommitOutcome.Unknown(reason))
                        : CompletableFuture.completedFuture(new CommitOutcome.Refused(reason)));
    }

    /** A commit acknowledged on the small side of a split would be lost: there the answer is that nobody knows. */
    private CommitOutcome seenByMajority(CommitOutcome outcome) {
        return outcome instanceof CommitOutcome.Done && grid.members() < settings.quorum()
                ? new CommitOutcome.Unknown(tooFew())
                : outcome;
    }

    /** What a minority says of a lease may have been changed by the others; that it changed one may be known to nobody else. */
    private void requireMajority() {
        if (grid.members() < settings.quorum()) {
            throw new StoreException(tooFew());
        }
    }

    private String tooFew() {
        return "only " + grid.members() + " of the store's members are there, " + settings.quorum() + " are needed";
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
        commits.shutdown();
        loads.shutdown();
        awaitEnd(commits);
        awaitEnd(loads);
        merges.close();
        awaitEnd(merges.thread());
        timer.shutdownNow();
        calls.close();
        grid.close();
    }

    private static void awaitEnd(ExecutorService pool) {
        try {
            if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static ExecutorService pool(String role, int size, int queue) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), threads(role));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String role) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, "kochab-store-ignite-" + role + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(IgnitePartitionStore.class.getClassLoader());
            return thread;
        };
    }
}

package org.kochab.store.mvstore.internal.file;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
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
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;
import org.kochab.store.mvstore.internal.core.DamagedException;
import org.kochab.store.mvstore.internal.core.Head;
import org.kochab.store.mvstore.internal.core.Latencies;
import org.kochab.store.mvstore.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store of partitions in one file. Open while it exists; {@link #close} gives back everything it took. */
public final class MvPartitionStore implements PartitionStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MvPartitionStore.class);

    /** Below the 30 seconds that the contract allows. */
    private static final int ANSWER_SECONDS = 25;

    private static final int LOAD_THREADS = 2;
    private static final int LOAD_QUEUE = 1_000;
    /** So many callers whose code hangs hold nobody else up. */
    private static final int ANSWER_THREADS = 8;

    private static final int ANSWER_QUEUE = 10_000;
    private static final int PROBE_MILLIS = 2_000;
    private static final int IDLE_SECONDS = 10;
    private static final int CLOSE_SECONDS = 15;
    private static final int MEDIAN = 50;
    private static final int TAIL = 99;

    private final Settings settings;
    private final Tables tables;
    private final Acknowledged acknowledged;
    private final Space space;
    private final Writer writer;
    private final ThreadPoolExecutor answers;
    private final ThreadPoolExecutor loads;
    private final ScheduledThreadPoolExecutor timer;
    private final Latencies commits = new Latencies();
    private final Latencies disk = new Latencies();
    private final AtomicBoolean closed = new AtomicBoolean();
    private long forced;

    private MvPartitionStore(Settings settings, DataDirectory.Opened opened, Space space) {
        this.settings = settings;
        this.tables = opened.tables();
        this.acknowledged = opened.acknowledged();
        this.space = space;
        this.answers = pool("answer", ANSWER_THREADS, ANSWER_QUEUE);
        // full: the thread that has the answer gives it itself
        this.answers.setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
        this.loads = pool("load", LOAD_THREADS, LOAD_QUEUE);
        this.timer = new ScheduledThreadPoolExecutor(1, threads("timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        this.writer = new Writer(opened, space, settings.commitQueue(), answers, threads("writer"));
    }

    /**
     * Opens what is in the directory, or makes it, and compares all of it with what was written. Blocks for as long as reading it takes.
     *
     * @throws DamagedException if something that was acknowledged is not there any more: a later try finds the same
     * @throws StoreException if it cannot be used now
     */
    public static MvPartitionStore open(Settings settings) {
        DataDirectory.Opened opened = DataDirectory.open(settings);
        boolean open = false;
        try {
            Space space = new Space(settings.directory(), settings.reserveMegabytes());
            space.look(0);
            MvPartitionStore store = new MvPartitionStore(settings, opened, space);
            store.start();
            open = true;
            return store;
        } catch (IOException e) {
            throw new StoreException("cannot see how much of the disk of " + settings.directory() + " is free", e);
        } finally {
            if (!open) {
                opened.tables().abandon();
                close(opened.acknowledged());
            }
        }
    }

    private void start() {
        writer.start();
        timer.scheduleWithFixedDelay(this::probe, PROBE_MILLIS, PROBE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Forces what was acknowledged, which also shows how fast the disk is. Only if there was something: a disk of an idle node may rest. */
    private void probe() {
        long newest = tables.sequence();
        if (newest == forced) {
            return;
        }
        try {
            long begun = System.nanoTime();
            acknowledged.force();
            disk.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun));
            forced = newest;
        } catch (IOException e) {
            LOG.warn("{} cannot be forced to the disk", settings.directory(), e);
        }
    }

    @Override
    public String name() {
        return settings.storeName();
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public StoreHealth health() {
        String why = failure();
        boolean open = why == null;
        if (open) {
            why = space.lacking();
        }
        int members = open ? 1 : 0;
        return new StoreHealth(
                why == null ? StoreHealth.State.READY : StoreHealth.State.FAILED,
                why == null ? "" : why,
                members,
                1,
                members,
                0,
                "fsync",
                commits.percentile(MEDIAN),
                commits.percentile(TAIL),
                disk.percentile(MEDIAN),
                disk.percentile(TAIL));
    }

    /** Why this store is of no use any more; null while it is. */
    @Nullable
    String failure() {
        return closed.get() ? "the store is stopped" : writer.failure();
    }

    @Override
    public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
        String failure = failure();
        return failure == null
                ? CompletableFuture.completedFuture(tables.durable(partition).map(Head::lease))
                : CompletableFuture.failedFuture(
                        new StoreException("reading the lease of " + partition + " failed: " + failure));
    }

    @Override
    public CompletionStage<Boolean> compareAndSetLease(
            String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        return write(
                Request.of("changing the lease of " + partition, t -> t.compareAndSetLease(partition, expected, next)));
    }

    @Override
    public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
        long puts = 0;
        for (StorePut put : batch.puts()) {
            puts += put.key().length + put.value().length;
        }
        long bytes =
                puts + batch.deletes().stream().mapToLong(key -> key.length).sum();
        if (bytes > MAX_BATCH_BYTES) {
            return CompletableFuture.completedFuture(new CommitOutcome.Refused("the batch has " + bytes
                    + " bytes of keys and values: commit at most " + MAX_BATCH_BYTES + " at a time"));
        }
        long begun = System.nanoTime();
        return write(Request.commit(batch, puts)).thenApply(outcome -> {
            commits.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun));
            return outcome;
        });
    }

    private <T> CompletionStage<T> write(Request<T> request) {
        CompletableFuture<T> answer = writer.submit(request);
        if (!answer.isDone()) {
            // by then it may be under way
            alarm(answer, () -> request.fail("no answer in " + ANSWER_SECONDS + " s: look at the disk", true));
        }
        return answer;
    }

    private void alarm(CompletableFuture<?> answer, Runnable tooLate) {
        try {
            Future<?> alarm = timer.schedule(tooLate, ANSWER_SECONDS, TimeUnit.SECONDS);
            answer.whenComplete((value, thrown) -> alarm.cancel(false));
        } catch (RejectedExecutionException stopping) {
            LOG.debug("What is asked while the store stops is answered by that");
        }
    }

    @Override
    public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        try {
            loads.execute(() -> {
                try {
                    answer.complete(tables.load(partition, each));
                } catch (DamagedException | MVStoreException e) {
                    fail(answer, partition, e.getMessage());
                    // whether it is the file, or was written to meanwhile, only the writing thread can see
                    write(Request.of("checking " + partition, t -> {
                        t.check(partition);
                        return true;
                    }));
                } catch (RuntimeException | OutOfMemoryError e) {
                    LOG.debug("Loading {} failed", partition, e);
                    fail(answer, partition, e.toString());
                }
            });
            alarm(answer, () -> fail(answer, partition, "no answer in " + ANSWER_SECONDS + " s: look at the disk"));
        } catch (RejectedExecutionException e) {
            fail(answer, partition, closed.get() ? "the store is stopped" : "too many requests wait, ask again later");
        }
        return answer;
    }

    private static void fail(CompletableFuture<?> answer, String partition, String reason) {
        answer.completeExceptionally(new StoreException("loading " + partition + " failed: " + reason));
    }

    @Override
    public CompletionStage<Void> drop(String partition) {
        return write(Request.of("dropping " + partition, t -> {
            t.drop(partition);
            return null;
        }));
    }

    /** Lets what is under way finish, for a bounded time, then closes the file. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            loads.shutdown();
            boolean whole = writer.end(CLOSE_SECONDS) & ended(loads);
            end(whole ? tables::close : tables::abandon);
        }
    }

    /** Ends it as a crash would, with what is under way. */
    void crash() {
        if (closed.compareAndSet(false, true)) {
            tables.abandon();
            loads.shutdown();
            writer.end(CLOSE_SECONDS);
            ended(loads);
            end(() -> {});
        }
    }

    private void end(Runnable closing) {
        timer.shutdown(); // what hangs is still answered in time
        ended(timer);
        answers.shutdown();
        ended(answers);
        try {
            closing.run();
        } catch (RuntimeException e) {
            LOG.warn("{} was not closed in order; it is looked through at the next start", settings.directory(), e);
        }
        close(acknowledged);
    }

    private static void close(Acknowledged acknowledged) {
        try {
            acknowledged.close();
        } catch (IOException e) {
            LOG.warn("A file was not closed", e);
        }
    }

    private static boolean ended(ExecutorService pool) {
        try {
            return pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ThreadPoolExecutor pool(String role, int size, int queue) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), threads(role));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String role) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, "kochab-store-mvstore-" + role + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}

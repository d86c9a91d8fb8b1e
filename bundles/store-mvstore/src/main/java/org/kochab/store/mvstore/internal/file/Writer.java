package org.kochab.store.mvstore.internal.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.kochab.store.mvstore.internal.core.DamagedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes the file. It takes what waits, of whichever partitions, does it, forces the file once and then answers; so many
 * who write share what forcing costs. Callers' code never runs on it, so that nobody waits for another's.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MOST_GROUP = 256;
    private static final long MOST_GROUP_BYTES = 16L << 20;
    private static final long MOST_WAITING_BYTES = 64L << 20;
    private static final int IDLE_MILLIS = 500;

    /** What is overwritten is given back in steps that are small beside what was written. */
    private static final int COMPACT_BYTES = 1 << 20;

    private static final int COMPACT_GROUPS = 256;

    private final Tables tables;
    private final Acknowledged acknowledged;
    private final Space space;
    private final Executor answers;
    private final BlockingQueue<Request<?>> waiting;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Thread thread;
    private volatile boolean ending;
    private volatile boolean ended;
    private volatile @Nullable String failure;
    private long bytesSinceCompact;
    private int groupsSinceCompact;

    /** @param answers runs callers' code; must take whatever it is given */
    Writer(DataDirectory.Opened opened, Space space, int queue, Executor answers, ThreadFactory threads) {
        this.tables = opened.tables();
        this.acknowledged = opened.acknowledged();
        this.space = space;
        this.answers = answers;
        this.waiting = new ArrayBlockingQueue<>(queue);
        this.thread = threads.newThread(this::live);
    }

    void start() {
        thread.start();
    }

    /** Why nothing can be written any more; null while it can. */
    @Nullable
    String failure() {
        return failure;
    }

    /** Does not wait. */
    <T> CompletableFuture<T> submit(Request<T> request) {
        if (waitingBytes.addAndGet(request.bytes()) > MOST_WAITING_BYTES || !waiting.offer(request)) {
            waitingBytes.addAndGet(-request.bytes());
            request.fail("too many requests wait, ask again later", false);
        } else if (ended) {
            refuseWaiting();
        }
        return request.answer();
    }

    private void live() {
        try {
            while (failure == null && !(ending && waiting.isEmpty())) {
                Request<?> first = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    serve(group(first));
                } else {
                    rest();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Interrupted");
        } finally {
            ended = true;
            if (failure == null) {
                failure = "the store is stopped";
            }
            refuseWaiting();
        }
    }

    private void refuseWaiting() {
        String reason = failure == null ? "the store is stopped" : failure;
        for (Request<?> request = waiting.poll(); request != null; request = waiting.poll()) {
            waitingBytes.addAndGet(-request.bytes());
            request.fail(reason, false);
        }
    }

    private List<Request<?>> group(Request<?> first) {
        List<Request<?>> group = new ArrayList<>();
        long bytes = 0;
        Request<?> next = first;
        while (next != null) {
            group.add(next);
            bytes += next.bytes();
            waitingBytes.addAndGet(-next.bytes());
            next = waiting.peek();
            if (group.size() == MOST_GROUP || next == null || bytes + next.bytes() > MOST_GROUP_BYTES) {
                return group;
            }
            waiting.remove();
        }
        return group;
    }

    private void serve(List<Request<?>> group) {
        boolean writing = false;
        List<Runnable> told = new ArrayList<>();
        try {
            long bytes = group.stream().mapToLong(Request::bytes).sum();
            space.look(bytes);
            String full = space.lacking();
            for (Request<?> request : group) {
                if (full != null && request.bytes() > 0) {
                    told.add(() -> request.fail(full, false));
                } else {
                    request.run(tables);
                    told.add(request::succeed);
                }
            }
            if (tables.isChanged()) {
                writing = true;
                tables.force();
                acknowledged.write(tables.sequence());
                bytesSinceCompact += bytes;
                groupsSinceCompact++;
            }
        } catch (IOException | RuntimeException | AssertionError | OutOfMemoryError e) {
            boolean maybeWritten = writing;
            String reason = fail(e);
            group.forEach(request -> answers.execute(() -> request.fail(reason, maybeWritten)));
            return;
        }
        told.forEach(answers::execute);
        if (bytesSinceCompact > COMPACT_BYTES || groupsSinceCompact > COMPACT_GROUPS) {
            compact();
        }
    }

    private void compact() {
        bytesSinceCompact = 0;
        groupsSinceCompact = 0;
        try {
            tables.compact(COMPACT_BYTES);
        } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
            fail(e);
        }
    }

    private void rest() {
        try {
            space.look(0);
        } catch (IOException e) {
            fail(e);
        }
    }

    /** What is in memory is not what is in the file any more: it has to be opened again. */
    private String fail(Throwable e) {
        LOG.error("Writing failed", e);
        String reason = e instanceof DamagedException ? e.getMessage() : "writing failed: " + root(e);
        failure = reason;
        tables.abandon();
        return reason;
    }

    /** MVStore's exceptions say what it did; the system's say why that failed. */
    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Does what waits and ends. @return whether it ended within so many seconds, without a failure before */
    boolean end(int seconds) {
        boolean failed = failure != null;
        ending = true;
        // wakes it; interrupting would close the file
        waiting.offer(Request.of("ending", t -> true));
        try {
            thread.join(TimeUnit.SECONDS.toMillis(seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !failed && !thread.isAlive();
    }
}

package org.kochab.gateway.internal.service;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.kochab.gateway.internal.core.ApiError;

/**
 * What rights rest on, read when it is asked for and good for half a second: what is read is never older, and what cannot be read has no answer rather than an
 * old one. The same is read once at a time, however many ask. Only what is fresh is kept. Any thread.
 */
final class FreshReads<K, V> implements AutoCloseable {
    private static final long FRESH = Duration.ofMillis(500).toNanos();
    private static final long WAIT_SECONDS = 5;
    private static final int MOST_READS = 32;

    private final Function<K, V> reader;
    private final Map<K, Read<V>> reads = new HashMap<>();
    private final ThreadPoolExecutor threads;

    /** @param begun what it says was so at that time, or later */
    record Read<V>(long begun, CompletableFuture<V> value) {
        /** The answer, if there is one. */
        Optional<V> ready() {
            return value.isDone() && !value.isCompletedExceptionally() ? Optional.of(value.join()) : Optional.empty();
        }
    }

    /**
     * @param what is read, for names of threads
     * @param reader may block, and throw if it cannot be read now
     */
    FreshReads(String what, Function<K, V> reader) {
        this.reader = reader;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                0, MOST_READS, WAIT_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "kochab-api-" + what + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Waits a few seconds at most.
     *
     * @param unreadable what is thrown if it cannot be read, made of the reason
     */
    V get(K key, Function<String, ApiError> unreadable) {
        long asked = System.nanoTime();
        long end = asked + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (true) {
            Read<V> read = begun(key);
            V value = await(read, end, unreadable);
            // One that took long may have begun too early.
            if (read.begun() - (asked - FRESH) >= 0) {
                return value;
            }
        }
    }

    /** What is fresh, or is being read. Does not block. */
    synchronized Read<V> begun(K key) {
        long now = System.nanoTime();
        Read<V> known = reads.get(key);
        if (known != null && (!known.value().isDone() || isFresh(known, now))) {
            return known;
        }
        reads.values().removeIf(r -> r.value().isDone() && !isFresh(r, now));
        CompletableFuture<V> value = new CompletableFuture<>();
        Read<V> read = new Read<>(now, value);
        reads.put(key, read);
        try {
            threads.execute(() -> read(key, value));
        } catch (RejectedExecutionException e) {
            value.completeExceptionally(e);
        }
        return read;
    }

    private boolean isFresh(Read<V> read, long now) {
        return !read.value().isCompletedExceptionally() && now - read.begun() < FRESH;
    }

    /** What is known of it is not so any more. */
    synchronized void changed(K key) {
        reads.remove(key);
    }

    private void read(K key, CompletableFuture<V> into) {
        try {
            into.complete(reader.apply(key));
        } catch (RuntimeException e) {
            into.completeExceptionally(e);
        }
    }

    private V await(Read<V> read, long end, Function<String, ApiError> unreadable) {
        try {
            return read.value().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unreadable.apply(String.valueOf(e.getCause().getMessage()));
        } catch (TimeoutException e) {
            throw unreadable.apply("no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreadable.apply("interrupted");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

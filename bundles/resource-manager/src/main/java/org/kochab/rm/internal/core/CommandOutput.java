package org.kochab.rm.internal.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.kochab.api.node.CommandSink;

/**
 * Hands a command's output to its sink, in order, on another thread: a slow or failing sink must not hold up the manager. What waits
 * for the sink is bounded.
 */
final class CommandOutput {
    static final long MOST_WAITING_BYTES = 4 << 20;

    private final Executor executor;
    private final CommandSink sink;
    private final CompletableFuture<Integer> exit;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean busy;

    CommandOutput(Executor executor, CommandSink sink, CompletableFuture<Integer> exit) {
        this.executor = executor;
        this.sink = sink;
        this.exit = exit;
    }

    /** @return false if too much is waiting already: nothing was taken */
    boolean add(boolean error, byte[] bytes) {
        synchronized (this) {
            if (waitingBytes + bytes.length > MOST_WAITING_BYTES) {
                return false;
            }
            waitingBytes += bytes.length;
        }
        enqueue(() -> {
            synchronized (this) {
                waitingBytes -= bytes.length;
            }
            if (!exit.isDone()) {
                sink.output(error, bytes);
            }
        });
        return true;
    }

    void exit(int code) {
        enqueue(() -> exit.complete(code));
    }

    void fail(String why) {
        enqueue(() -> exit.completeExceptionally(new IllegalStateException(why)));
    }

    private void enqueue(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (busy) {
                return;
            }
            busy = true;
        }
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            exit.completeExceptionally(
                    new IllegalStateException("The resource manager is stopping: try again shortly."));
        }
    }

    private void run() {
        while (true) {
            Runnable task;
            synchronized (this) {
                task = waiting.poll();
                if (task == null) {
                    busy = false;
                    return;
                }
            }
            try {
                task.run();
            } catch (RuntimeException e) {
                exit.completeExceptionally(
                        new IllegalStateException("The receiver of the output failed: " + e.getMessage(), e));
            }
        }
    }
}

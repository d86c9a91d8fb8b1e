package org.kochab.agent.internal.link;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads for Paho's clients. A client that connects starts its receiver, sender and callback one after the other and looks whether each says that it runs: at
 * once, and then every 100 ms. Here a task that was submitted has begun when that look comes, if there is a thread for it.
 */
final class PahoThreads extends ScheduledThreadPoolExecutor {
    private static final long BEGIN_MILLIS = 100;
    /** A task's first statement says that it runs. */
    private static final long SAY_NANOS = 1_000_000;

    PahoThreads(int threads, String name) {
        super(threads, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Future<?> submit(Runnable task) {
        CountDownLatch begun = new CountDownLatch(1);
        Future<?> future = super.submit(() -> {
            begun.countDown();
            task.run();
        });
        try {
            if (begun.await(BEGIN_MILLIS, TimeUnit.MILLISECONDS)) {
                LockSupport.parkNanos(SAY_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return future;
    }
}

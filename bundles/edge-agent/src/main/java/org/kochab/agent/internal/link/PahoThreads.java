package org.kochab.agent.internal.link;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Threads for Paho's clients. A client that connects submits its receiver, sender and callback one after the other, each holding a lock that the task needs to say
 * that it runs, looks at once whether it does, and then sleeps for 100 ms: three times, as no task can have said so. Interrupted, it looks again at once.
 */
final class PahoThreads extends ScheduledThreadPoolExecutor {
    PahoThreads(int threads, String name) {
        super(threads, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Future<?> submit(Runnable task) {
        Future<?> future = super.submit(task);
        Thread.currentThread().interrupt();
        return future;
    }
}

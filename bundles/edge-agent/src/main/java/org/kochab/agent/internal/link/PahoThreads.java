package org.kochab.agent.internal.link;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for Paho's clients. A client that connects submits its receiver, sender and callback one after the other, each while it holds a lock that the task needs
 * to say that it runs; then it looks whether it does, and sleeps for 100 ms before it looks again: three times, as no task can have said so. Here such a sleep is
 * interrupted after some milliseconds.
 */
final class PahoThreads extends ScheduledThreadPoolExecutor {
    private static final int WAKE_AFTER_MILLIS = 2;
    private static final int MOST_LOOKS = 40;

    private final int mostLooks;

    PahoThreads(int threads, String name) {
        this(threads, name, MOST_LOOKS);
    }

    /** @param mostLooks how often it is looked whether who has submitted sleeps */
    PahoThreads(int threads, String name, int mostLooks) {
        super(threads, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        this.mostLooks = mostLooks;
    }

    @Override
    public Future<?> submit(Runnable task) {
        Future<?> future = super.submit(task);
        wake(Thread.currentThread(), mostLooks);
        return future;
    }

    private void wake(Thread submitter, int looks) {
        schedule(
                () -> {
                    if (submitter.getState() == Thread.State.TIMED_WAITING) {
                        submitter.interrupt();
                    } else if (looks > 1) {
                        wake(submitter, looks - 1);
                    }
                },
                WAKE_AFTER_MILLIS,
                TimeUnit.MILLISECONDS);
    }
}

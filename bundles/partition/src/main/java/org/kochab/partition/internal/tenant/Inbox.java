package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes one thread: with something to run on it, or only with the word that something may be there. As bounded as the calls whose completion it
 * takes.
 */
final class Inbox {
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Semaphore available = new Semaphore(0);
    private final Timer timer;

    /** The time that the thread lives by. */
    interface Timer {
        /** A monotonic clock. */
        long nanos();

        /** Runs something later, on any thread; it must not take long. */
        void after(Duration delay, Runnable task);
    }

    private static final Timer REAL = new Timer() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void after(Duration delay, Runnable task) {
            CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(task);
        }
    };

    Inbox() {
        this(REAL);
    }

    Inbox(Timer timer) {
        this.timer = timer;
    }

    /** The thread's monotonic clock. */
    long nanos() {
        return timer.nanos();
    }

    void post(Duration delay, Runnable task) {
        timer.after(delay, () -> post(task));
    }

    void post(Runnable task) {
        tasks.add(task);
        signal();
    }

    void signal() {
        if (available.availablePermits() == 0) {
            available.release();
        }
    }

    /** Waits at most so long for a signal, and takes what was posted. */
    List<Runnable> await(long nanos) throws InterruptedException {
        if (nanos > 0) {
            available.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        }
        available.drainPermits();
        List<Runnable> taken = new ArrayList<>();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            taken.add(task);
        }
        return taken;
    }
}

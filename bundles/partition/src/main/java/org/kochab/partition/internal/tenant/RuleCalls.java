package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.tenant.Quarantine;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one service of a vendor's for callers that wait: on threads of its own, a few at a time, each call with a deadline. What does not end is interrupted and given up, and the service
 * is not called again before it has ended. Thread-safe.
 */
final class RuleCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RuleCalls.class);
    private static final int MOST_AT_ONCE = 4;
    private static final long IDLE_SECONDS = 10;

    /** The service gave no answer that can be used. The message says who and why. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        FailedException(String message) {
            super(message);
        }
    }

    private final Quarantine quarantine;
    private final LongSupplier clock;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final ThreadPoolExecutor threads;

    /**
     * @param who the service, for people: what it is, its name, bundle and version
     * @param thread name of its threads
     */
    RuleCalls(String who, String thread, LongSupplier clock) {
        this.quarantine = new Quarantine(who);
        this.clock = clock;
        // A place is held until its call has ended, given up or not: there are no more threads than places, but for
        // those that are just going.
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), run -> {
                    Thread t = new Thread(run, thread);
                    t.setDaemon(true);
                    return t;
                });
    }

    /**
     * Waits for the answer, at most about the limit.
     *
     * @throws ResourceException what the work read cannot be read now, or this thread was interrupted
     */
    <T> T call(Callable<@Nullable T> work, Duration limit) throws FailedException {
        if (quarantine.isOn(clock.getAsLong())) {
            throw new FailedException(quarantine.why() + " and is left alone for a while");
        }
        Call<T> call = new Call<>(work);
        try {
            if (!places.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new FailedException(quarantine.who() + " is in " + MOST_AT_ONCE + " other calls");
            }
            start(call);
            if (!SlicedWait.ends(call.done, limit)) {
                giveUp(call, limit);
            }
        } catch (InterruptedException e) {
            call.abandon();
            Thread.currentThread().interrupt();
            throw new ResourceException(Reason.UNAVAILABLE, "interrupted while waiting for " + quarantine.who());
        }
        return outcome(call);
    }

    private void start(Call<?> call) {
        try {
            threads.execute(call);
        } catch (RuntimeException e) {
            places.release();
            throw new ResourceException(Reason.UNAVAILABLE, quarantine.who() + " is being taken away; try again");
        }
    }

    private void giveUp(Call<?> call, Duration limit) throws FailedException {
        String what = "a call within " + limit.toMillis() + " ms";
        switch (call.giveUp(what)) {
            case ENDED -> {}
            case UNDER_WAY -> {
                LOG.warn("{}; it is interrupted, and left alone for a while", quarantine.why());
                throw new FailedException(quarantine.who() + " did not end " + what);
            }
            case WAITING ->
                throw new FailedException(
                        quarantine.who() + " was not called: this member is so busy that no thread began within "
                                + limit.toMillis() + " ms");
        }
    }

    private <T> T outcome(Call<T> call) throws FailedException {
        T answer = call.answer;
        if (answer != null) {
            quarantine.behaved();
            return answer;
        }
        if (call.unreadable != null) {
            throw call.unreadable;
        }
        throw failed(call.failure);
    }

    /** The answer cannot be used. */
    FailedException failed(String failure) {
        quarantine.failed(failure, clock.getAsLong());
        return new FailedException(quarantine.who() + " failed with: " + failure);
    }

    /** What is wrong with it. */
    Optional<Trouble> trouble() {
        return quarantine.trouble(clock.getAsLong());
    }

    String who() {
        return quarantine.who();
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    private enum Stage {
        WAITING,
        UNDER_WAY,
        ENDED
    }

    private final class Call<T> implements Runnable {
        private final Callable<@Nullable T> work;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile @Nullable T answer;
        private volatile @Nullable ResourceException unreadable;
        private volatile String failure = "";
        private Stage stage = Stage.WAITING;
        private @Nullable Thread thread;
        private boolean abandoned;
        private boolean blamed;

        Call(Callable<@Nullable T> work) {
            this.work = work;
        }

        /** Whatever a vendor throws must not end the thread; and it is asked what it is on this thread, because that too may take any time. */
        @Override
        public void run() {
            begin();
            try {
                T given = work.call();
                if (given == null) {
                    failure = "null instead of an answer";
                }
                answer = given;
            } catch (ResourceException e) {
                if (e.reason() == Reason.INVALID) {
                    failure = Quarantine.text(e);
                } else {
                    unreadable = e;
                }
            } catch (Throwable e) {
                failure = Quarantine.text(e);
                LOG.info("A call of {} failed: {}", quarantine.who(), failure);
            }
            end();
        }

        private synchronized void begin() {
            thread = Thread.currentThread();
            stage = Stage.UNDER_WAY;
            if (abandoned) {
                thread.interrupt();
            }
        }

        private void end() {
            synchronized (this) {
                stage = Stage.ENDED;
                if (blamed) {
                    quarantine.returned();
                }
                // The thread may be used again.
                Thread.interrupted();
            }
            places.release();
            done.countDown();
        }

        /** Nobody waits any more. */
        synchronized void abandon() {
            abandoned = true;
            if (stage == Stage.UNDER_WAY && thread != null) {
                thread.interrupt();
            }
        }

        /** The same because it took too long: whose fault that is depends on where it was. */
        synchronized Stage giveUp(String what) {
            if (stage == Stage.UNDER_WAY) {
                blamed = true;
                quarantine.hangs(what, clock.getAsLong());
            }
            abandon();
            return stage;
        }
    }
}

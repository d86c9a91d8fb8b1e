package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.partition.internal.core.tenant.Quarantine;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.partition.internal.core.view.LentView;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the scheduler of one tenant partition, on a thread of its own. A call that does not end in time is given up: its view answers no more, its
 * thread is interrupted and, if that does not help, replaced; a few such threads at most. A scheduler that fails again and again, or does not end, is
 * left alone for a while. Used by the partition's pod thread; {@link #trouble} by any.
 */
final class SchedulerCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerCalls.class);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final int MOST_LOST = 4;

    /** What became of a batch. */
    sealed interface Answer {
        record Decided(List<Decision> decisions) implements Answer {}

        /** @param why one sentence for those who wait; the same as long as nothing changes */
        record None(String why) implements Answer {}
    }

    private final String name;
    private final Duration limit;
    private final boolean inline;
    private final LongSupplier clock;
    private final AtomicInteger lost = new AtomicInteger();
    private @Nullable ExecutorService thread;
    private long service = -1;
    private volatile Quarantine quarantine = new Quarantine("");

    /**
     * @param name of its threads
     * @param limit how long a call may take
     */
    SchedulerCalls(String name, Duration limit, LongSupplier clock) {
        this(name, limit, false, clock);
    }

    private SchedulerCalls(String name, Duration limit, boolean inline, LongSupplier clock) {
        this.name = name;
        this.limit = limit;
        this.inline = inline;
        this.clock = clock;
    }

    /** On the caller's own thread, for as long as it takes. */
    static SchedulerCalls inline(LongSupplier clock) {
        return new SchedulerCalls("inline", Duration.ZERO, true, clock);
    }

    Answer place(ServiceLease<Scheduler>.Held lease, ClusterView model, List<PodGroup> groups, long seed)
            throws InterruptedException {
        Quarantine of = quarantine(lease);
        if (of.isOn(clock.getAsLong())) {
            return new Answer.None(
                    "Not placed: " + of.why() + ". It is left alone for a while; see kochab:scheduler-list.");
        }
        if (lost.get() >= MOST_LOST) {
            return new Answer.None(
                    "Not placed: " + lost + " threads do not come back from schedulers and their plugins;"
                            + " see kochab:plugin-list, and restart this member.");
        }
        Scheduler scheduler = lease.service();
        LentView view = new LentView(model);
        Call<List<Decision>> call = new Call<>(of.who(), () -> List.copyOf(scheduler.place(view, groups, seed)));
        try {
            start(call);
            if (!SlicedWait.ends(call.done, limit)) {
                return giveUp(scheduler, call, view, of);
            }
        } catch (InterruptedException e) {
            view.takeBack();
            call.interrupt();
            close();
            throw e;
        } finally {
            view.takeBack();
        }
        return call.answer != null ? new Answer.Decided(call.answer) : failed(of, call.failure);
    }

    /** About one pod. @return empty if there was no decision */
    Optional<Decision> placeOne(ServiceLease<Scheduler>.Held lease, ClusterView model, PodGroup group, long seed)
            throws InterruptedException {
        Answer answer = place(lease, model, List.of(group), seed);
        if (answer instanceof Answer.Decided decided) {
            Optional<Decision> one = decided.decisions().stream()
                    .filter(d -> group.podUids().contains(d.podUid()))
                    .findFirst();
            decided(1, one.isPresent() ? 0 : 1);
            return one;
        }
        return Optional.empty();
    }

    /** What became of the decisions of the last call. @param undecided pods for which it gave none that can be used */
    void decided(int pods, int undecided) {
        if (undecided == 0) {
            quarantine.behaved();
        } else {
            quarantine.failed("no usable decision about " + undecided + " of " + pods + " pods", clock.getAsLong());
        }
    }

    /** What is wrong with the scheduler that was called last. */
    Optional<Trouble> trouble() {
        return quarantine.trouble(clock.getAsLong());
    }

    /** Another service of the name starts clean. */
    private Quarantine quarantine(ServiceLease<Scheduler>.Held lease) {
        if (service != lease.number()) {
            service = lease.number();
            quarantine = new Quarantine("scheduler '" + lease.name() + "' of " + lease.origin());
        }
        return quarantine;
    }

    private Answer failed(Quarantine of, String failure) {
        of.failed(failure, clock.getAsLong());
        return new Answer.None(
                "Not placed: " + of.who() + " failed (" + failure + "); choose another with kochab:scheduler-use.");
    }

    private Answer giveUp(Scheduler scheduler, Call<?> call, LentView view, Quarantine of) throws InterruptedException {
        view.takeBack();
        leaveThread();
        Thread caller = call.thread;
        if (caller == null) {
            return new Answer.None(
                    "Not placed: this member is so busy that no batch began within " + seconds() + " s.");
        }
        Optional<String> culprit = culprit(of.who(), scheduler, caller);
        if (culprit.isEmpty()) {
            of.hangs("a call within " + seconds() + " s", clock.getAsLong());
        }
        call.interrupt();
        boolean back = call.done.await(GRACE.toNanos(), TimeUnit.NANOSECONDS);
        call.lose(culprit.isEmpty() ? of::returned : () -> {});
        String who = culprit.orElse(of.who());
        LOG.warn(
                "{} did not end a batch within {} s. The batch is given up, {}",
                who,
                seconds(),
                back ? "its thread was interrupted" : "its thread does not end and is replaced");
        return new Answer.None("Not placed: " + who + " did not end a batch within " + seconds()
                + " s and is left alone" + " for a while; see kochab:plugin-list.");
    }

    private long seconds() {
        return Math.max(1, limit.toSeconds());
    }

    private Optional<String> culprit(String who, Scheduler scheduler, Thread caller) throws InterruptedException {
        Call<Optional<String>> asked = new Call<>(who, () -> scheduler.abandoned(caller));
        start(asked);
        if (!asked.done.await(GRACE.toNanos(), TimeUnit.NANOSECONDS)) {
            leaveThread();
            asked.interrupt();
            asked.lose(() -> {});
            return Optional.empty();
        }
        return asked.answer == null ? Optional.empty() : asked.answer;
    }

    private void start(Call<?> call) {
        if (inline) {
            call.run();
            return;
        }
        if (thread == null) {
            thread = Executors.newSingleThreadExecutor(run -> {
                Thread t = new Thread(run, name);
                t.setDaemon(true);
                return t;
            });
        }
        thread.execute(call);
    }

    /** What runs on the present thread may end; the next call has another one. */
    private void leaveThread() {
        if (thread != null) {
            thread.shutdown();
            thread = null;
        }
    }

    @Override
    public void close() {
        leaveThread();
    }

    /** One call, which ends with an answer or a failure, or is lost until it ends. */
    private final class Call<T> implements Runnable {
        private final String who;
        private final Callable<T> work;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile @Nullable Thread thread;
        private @Nullable T answer;
        private String failure = "";
        private boolean ended;
        private @Nullable Runnable whenBack;

        Call(String who, Callable<T> work) {
            this.who = who;
            this.work = work;
        }

        /** Whatever a scheduler throws must not end the thread; and it is asked what it is on this thread, because that too may take any time. */
        @Override
        public void run() {
            thread = Thread.currentThread();
            T given = null;
            String thrown = "";
            try {
                given = work.call();
            } catch (Throwable e) {
                thrown = Quarantine.text(e);
                log(e, thrown);
            }
            end(given, thrown);
        }

        private void log(Throwable e, String text) {
            try {
                LOG.warn("A call of {} failed", who, e);
            } catch (Throwable shown) {
                LOG.warn("A call of {} failed, with what cannot be shown: {}", who, text);
            }
        }

        private synchronized void end(@Nullable T given, String thrown) {
            answer = given;
            failure = thrown;
            ended = true;
            if (whenBack != null) {
                lost.decrementAndGet();
                whenBack.run();
            }
            done.countDown();
        }

        synchronized void interrupt() {
            Thread t = thread;
            if (!ended && t != null) {
                t.interrupt();
            }
        }

        /** Nobody waits any more. @param back run when it has ended */
        synchronized void lose(Runnable back) {
            if (ended) {
                back.run();
            } else {
                lost.incrementAndGet();
                whenBack = back;
            }
        }
    }
}

package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.kernel.FencedException;
import org.kochab.partition.internal.core.tenant.Quarantine;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.partition.internal.core.tenant.WorkQueue;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the controllers of one tenant partition, object by object, its tenants in turn, on two threads. What fails is called again with growing delay, and other objects
 * go on. A call that does not end in time is interrupted and its controller left alone for a while; if it does not end even then, its thread is
 * replaced, a few times at most. Thread-safe.
 */
final class ControllerCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerCalls.class);
    private static final int THREADS = 2;
    private static final int MOST_LOST = 8;
    private static final int MOST_FAILING = 1_000;
    private static final int TROUBLE = 3;
    private static final int CONFLICTS_AT_ONCE = 5;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LONGEST_DELAY = Duration.ofDays(365);
    /** What is counted at most between two looks, so that a member that was paused as a whole does not take that for calls that do not end. */
    private static final long LONGEST_STEP = 1_000_000_000L;

    private static final long LEFT_ALONE = 5_000_000_000L;
    private static final long IDLE = 500_000_000L;
    private static final long SHORT = 5_000_000L;
    private static final long LONGEST_REST = 5_000_000_000L;

    /** A controller's look at one object. */
    private record Work(String controller, ResourceRef object) {
        /** Whose turn it takes; a tenant itself is its own. */
        String tenant() {
            return object.kind() == Kind.TENANT
                    ? object.name()
                    : object.tenant().value();
        }
    }

    private record Failure(int times, String what) {}

    private record Conduct(long service, Quarantine quarantine) {}

    /** A call under way. */
    private static final class Running {
        final Work work;
        final ServiceLease<Controller>.Held lease;
        final Quarantine quarantine;
        final Worker worker;
        final Thread thread = Thread.currentThread();
        final long since = System.nanoTime();
        long took;
        boolean interrupted;
        boolean lost;

        Running(Work work, ServiceLease<Controller>.Held lease, Quarantine quarantine, Worker worker) {
            this.work = work;
            this.lease = lease;
            this.quarantine = quarantine;
            this.worker = worker;
        }
    }

    private final String name;
    private final ServiceLease<Controller> controllers;
    private final ControllerContext context;
    private final Predicate<ResourceRef> isFenced;
    private final long limit;
    private final long grace;
    /** Guards all that follows. */
    private final WorkQueue<Work> queue = new WorkQueue<>(Work::tenant);

    private final Set<Worker> workers = new LinkedHashSet<>();
    private final Set<Running> running = new LinkedHashSet<>();
    private final Map<String, Conduct> conducts = new HashMap<>();
    private final Map<Work, Failure> failing = new LinkedHashMap<>();
    private long watched = System.nanoTime();
    private int begun;
    private int lost;
    private boolean closed;

    /**
     * @param name of its threads, to which a number is added
     * @param isFenced whether an object is another partition's, or soon this one's
     */
    ControllerCalls(
            String name,
            ServiceLease<Controller> controllers,
            ControllerContext context,
            Predicate<ResourceRef> isFenced) {
        this(name, controllers, context, isFenced, LIMIT, GRACE);
    }

    ControllerCalls(
            String name,
            ServiceLease<Controller> controllers,
            ControllerContext context,
            Predicate<ResourceRef> isFenced,
            Duration limit,
            Duration grace) {
        this.name = name;
        this.controllers = controllers;
        this.context = context;
        this.isFenced = isFenced;
        this.limit = limit.toNanos();
        this.grace = grace.toNanos();
    }

    void start() {
        synchronized (queue) {
            for (int i = 0; i < THREADS; i++) {
                begin();
            }
        }
    }

    private void begin() {
        if (!closed) {
            Worker worker = new Worker(name + "-" + ++begun);
            workers.add(worker);
            worker.start(() -> work(worker));
        }
    }

    void add(String controller, ResourceRef ref) {
        synchronized (queue) {
            queue.add(new Work(controller, ref));
            queue.notify();
        }
    }

    /** Does not wait any longer with what failed last. */
    void tryAgain(Predicate<ResourceRef> which) {
        synchronized (queue) {
            failing.keySet().stream().filter(w -> which.test(w.object)).forEach(queue::add);
            queue.notifyAll();
        }
    }

    private void work(Worker self) throws InterruptedException {
        while (self.running()) {
            Work work = take();
            if (work != null) {
                call(self, work);
            }
        }
    }

    private @Nullable Work take() throws InterruptedException {
        synchronized (queue) {
            long now = System.nanoTime();
            Optional<Work> work = queue.take(now);
            if (work.isEmpty()) {
                long wait = Math.min(IDLE, queue.nextDue() - now);
                queue.wait(Math.max(1, wait / 1_000_000));
                return null;
            }
            return work.get();
        }
    }

    private void call(Worker self, Work work) {
        if (isFenced.test(work.object)) {
            // Another partition's, or soon this one's: then everything is looked at.
            done(work);
            return;
        }
        Optional<ServiceLease<Controller>.Held> held = controllers.hold(work.controller);
        if (held.isEmpty()) {
            done(work);
            return;
        }
        Running call = enter(self, work, held.get());
        if (call == null) {
            return;
        }
        long delay = 0;
        Throwable failure = null;
        try {
            delay = delay(reconcile(call.lease.service(), work.object));
        } catch (NotLeaderException | FencedException e) {
            delay = 0;
        } catch (Throwable e) {
            // A vendor may throw anything; nothing of it may end this thread.
            failure = e;
        }
        // While it may still be interrupted: what was thrown is the vendor's too, and may take any time to say what it
        // is.
        String text = failure == null ? null : Quarantine.text(failure);
        if (failure != null) {
            log(work, failuresSoFar(work) + 1, failure);
        }
        leave(call, delay, text);
    }

    private int failuresSoFar(Work work) {
        synchronized (queue) {
            Failure known = failing.get(work);
            return known == null ? 0 : known.times;
        }
    }

    /** Null if the controller is left alone now. */
    private @Nullable Running enter(Worker self, Work work, ServiceLease<Controller>.Held lease) {
        synchronized (queue) {
            Conduct conduct = conducts.get(work.controller);
            if (conduct == null || conduct.service != lease.number()) {
                // Another service of the name starts clean.
                conduct = new Conduct(
                        lease.number(), new Quarantine("controller '" + lease.name() + "' of " + lease.origin()));
                conducts.put(work.controller, conduct);
            }
            long now = System.nanoTime();
            if (conduct.quarantine.isOn(now)) {
                queue.later(work, now + LEFT_ALONE);
                lease.close();
                return null;
            }
            Running call = new Running(work, lease, conduct.quarantine, self);
            running.add(call);
            return call;
        }
    }

    /** @param failure null if there was none */
    private void leave(Running call, long delay, @Nullable String failure) {
        Work work = call.work;
        long now = System.nanoTime();
        synchronized (queue) {
            running.remove(call);
            if (call.interrupted) {
                call.quarantine.returned();
                if (!closed) {
                    Thread.interrupted();
                }
            }
            if (call.lost) {
                lost--;
            } else {
                call.lease.close();
            }
            if (failure != null) {
                int failures = queue.failed(work, now);
                if (failing.size() < MOST_FAILING || failing.containsKey(work)) {
                    failing.put(work, new Failure(failures, failure));
                }
            } else {
                failing.remove(work);
                rest(work, now - call.since, now);
                if (delay > 0) {
                    queue.later(work, now + delay);
                } else {
                    queue.done(work);
                }
            }
        }
    }

    private void done(Work work) {
        synchronized (queue) {
            failing.remove(work);
            queue.done(work);
        }
    }

    /**
     * An object of which much depends changes all the time, and each look goes over all of it: looks at all such objects together are not to take more than
     * about a fifth of a thread's time.
     */
    private void rest(Work work, long took, long now) {
        if (took > SHORT) {
            queue.rest(work, now + Math.min(LONGEST_REST, 4 * took * (1 + queue.resting())));
        }
    }

    private static void log(Work work, int failures, Throwable e) {
        if (e instanceof ResourceException r) {
            LOG.info("controller {} on {}: {}", work.controller, work.object, r.getMessage());
        } else if (failures <= 3 || Integer.bitCount(failures) == 1) {
            try {
                LOG.warn("controller {} failed on {}, {} times in a row", work.controller, work.object, failures, e);
            } catch (Throwable shown) {
                LOG.warn("controller {} failed on {}: {}", work.controller, work.object, Quarantine.text(e));
            }
        }
    }

    /** A conflict is no failure: somebody was faster, and the object is looked at again at once. */
    private Outcome reconcile(Controller controller, ResourceRef object) {
        for (int i = 1; ; i++) {
            try {
                return controller.reconcile(context, object);
            } catch (ResourceException e) {
                boolean raced = e.reason() == Reason.CONFLICT || e.reason() == Reason.ALREADY_EXISTS;
                if (!raced || i == CONFLICTS_AT_ONCE) {
                    throw e;
                }
            }
        }
    }

    /** Nanoseconds until it wants to be called in any case, at least one; 0 for never. */
    private static long delay(@Nullable Outcome outcome) {
        if (outcome == null) {
            throw new IllegalStateException("reconcile gave null instead of an outcome");
        }
        if (outcome instanceof Outcome.Again again) {
            Duration after = again.after();
            return after.compareTo(LONGEST_DELAY) > 0
                    ? LONGEST_DELAY.toNanos()
                    : Math.max(1, after.isNegative() ? 1 : after.toNanos());
        }
        return 0;
    }

    /** Looks for calls that do not end; to be called often. */
    void watch() {
        synchronized (queue) {
            long now = System.nanoTime();
            long step = Math.min(LONGEST_STEP, now - watched);
            watched = now;
            for (Running call : List.copyOf(running)) {
                call.took += step;
                if (!call.interrupted && call.took > limit) {
                    call.interrupted = true;
                    String seconds = Duration.ofNanos(limit).toSeconds() + " s";
                    call.quarantine.hangs("a call for " + call.work.object + " within " + seconds, now);
                    LOG.warn("{}; it is interrupted, and left alone for a while", call.quarantine.why());
                    call.thread.interrupt();
                } else if (call.interrupted && !call.lost && call.took > limit + grace) {
                    lose(call);
                }
            }
        }
    }

    private void lose(Running call) {
        call.lost = true;
        call.lease.close();
        call.worker.giveUp();
        workers.remove(call.worker);
        if (lost++ < MOST_LOST) {
            LOG.warn("{}, nor when it was interrupted; another thread takes its place", call.quarantine.why());
            begin();
        } else {
            LOG.error("{} threads do not come back from controllers; no more are made, restart this member", lost);
        }
    }

    /** What is wrong with a controller here. */
    Optional<Trouble> trouble(String controller) {
        synchronized (queue) {
            Conduct conduct = conducts.get(controller);
            Optional<Trouble> hangs =
                    conduct == null ? Optional.empty() : conduct.quarantine.trouble(System.nanoTime());
            if (hangs.isPresent()) {
                return hangs;
            }
            int objects = 0;
            Map.@Nullable Entry<Work, Failure> last = null;
            for (Map.Entry<Work, Failure> e : failing.entrySet()) {
                if (e.getKey().controller.equals(controller) && e.getValue().times >= TROUBLE) {
                    objects++;
                    last = e;
                }
            }
            if (conduct == null || last == null) {
                return Optional.empty();
            }
            ResourceRef object = last.getKey().object;
            Failure failure = last.getValue();
            return Optional.of(new Trouble(
                    Trouble.FAILING,
                    conduct.quarantine.who() + " fails on " + objects + (objects == 1 ? " object" : " objects")
                            + ", on "
                            + object + " of " + object.tenant() + " " + failure.times + " times in a row with: "
                            + failure.what));
        }
    }

    @Override
    public void close() {
        List<Worker> all;
        synchronized (queue) {
            closed = true;
            all = new ArrayList<>(workers);
        }
        all.forEach(Worker::close);
    }
}

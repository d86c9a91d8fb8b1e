package org.kochab.runtime.bundle.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.kochab.agenttasks.TaskLog;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task while its bundle is installed. The bundle's own code, which may never return, is called on threads made for that; all else is short.
 */
final class Run {
    /** The driver; none of this is called with a lock held. */
    interface Watcher {
        /** @return false if somebody else has done it */
        boolean uninstall(Bundle bundle);

        /** Told before {@link Run#end} is. */
        void ended(Run run, TaskExit exit);

        /** Nothing of it is left in the framework. */
        void gone(Run run);
    }

    private enum Phase {
        STARTING,
        ACTIVE,
        STOPPING,
        /** Its bundle is being taken away, or has been. */
        LEAVING
    }

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);
    private static final int KILLED = 137;
    private static final int SIGKILL = 9;
    private static final int FAILED = 1;
    private static final int LARGEST_CODE = 255;
    private static final long INTERRUPT_EVERY_MILLIS = 50;
    private static final long STACK = 1 << 20;
    private static final long LEAVE_MILLIS = 1_000;
    private static final long RESOLVE_SECONDS = 50;

    final TaskHandle handle;
    final Bundle bundle;
    final Properties environment;
    final TaskOutput output;
    final TaskLog log;
    final CompletableFuture<TaskExit> end = new CompletableFuture<>();
    private final Watcher watcher;
    private final CountDownLatch launched = new CountDownLatch(1);
    private @Nullable Thread caller;
    private Phase phase = Phase.STARTING;
    private @Nullable Integer code;
    private @Nullable Throwable unresolved;
    private boolean stopWanted;
    private boolean killed;
    private boolean late;
    private boolean abandoned;
    private boolean hung;

    Run(TaskHandle handle, Bundle bundle, Properties environment, TaskLog log, Watcher watcher) {
        this.handle = handle;
        this.bundle = bundle;
        this.environment = environment;
        this.log = log;
        this.watcher = watcher;
        output = new TaskOutput(log);
    }

    /**
     * Begins the start; returns once the bundle's own code has its turn.
     *
     * @throws RuntimeFailure if it never will: the framework lacks what the bundle needs. Its bundle is then gone, or goes when the framework lets it.
     */
    void start() {
        thread("start", this::callStart);
        try {
            if (!launched.await(RESOLVE_SECONDS, TimeUnit.SECONDS)) {
                abandon();
                throw new RuntimeFailure(
                        RuntimeFailure.Code.TEMPORARY,
                        "the framework has not resolved the bundle within " + RESOLVE_SECONDS + " s");
            }
            Throwable why = unresolved();
            if (why != null) {
                watcher.uninstall(bundle);
                output.end();
                watcher.gone(this);
                throw new RuntimeFailure(
                        RuntimeFailure.Code.IMAGE,
                        "image " + handle.container() + ": this node's framework lacks what the bundle needs: "
                                + why.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandon();
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "interrupted", e);
        }
    }

    private synchronized @Nullable Throwable unresolved() {
        return unresolved;
    }

    private void thread(String what, Runnable work) {
        // The agent's own threads have smaller stacks than what vendors' code is used to.
        Thread thread = new Thread(null, work, "kochab-runtime-bundle-" + what + "-" + handle.container(), STACK);
        thread.setDaemon(true);
        synchronized (this) {
            caller = thread;
        }
        thread.start();
    }

    private void callStart() {
        Throwable failure = null;
        try {
            bundle.start(Bundle.START_TRANSIENT);
        } catch (BundleException e) {
            failure = e.getType() == BundleException.ACTIVATOR_ERROR && e.getCause() != null ? e.getCause() : e;
        } catch (RuntimeException | Error e) {
            // The activator's own.
            failure = e;
        }
        boolean interrupted = Thread.interrupted();
        synchronized (this) {
            if (launched.getCount() > 0) {
                unresolved = failure == null ? new IllegalStateException("it was not started") : failure;
                phase = Phase.LEAVING;
                launched.countDown();
                return;
            }
            boolean active = failure == null && bundle.getState() == Bundle.ACTIVE;
            phase = active ? Phase.ACTIVE : Phase.LEAVING;
            if (active && code == null && !stopWanted && !late) {
                return;
            }
            phase = active ? Phase.STOPPING : Phase.LEAVING;
        }
        if (failure != null) {
            output.say("its activator failed" + (interrupted ? ", interrupted" : ""), failure);
        }
        if (phase() == Phase.STOPPING) {
            callStop();
        } else {
            leave(failure == null ? 0 : FAILED);
        }
    }

    private synchronized Phase phase() {
        return phase;
    }

    private void callStop() {
        ClassLoader loader = Threads.loaderOf(bundle);
        Thread.currentThread().setContextClassLoader(loader);
        boolean failed = false;
        try {
            bundle.stop(Bundle.STOP_TRANSIENT);
        } catch (BundleException e) {
            failed = true;
            output.say("its activator failed to stop", e.getCause() == null ? e : e.getCause());
        } catch (RuntimeException | Error e) {
            failed = true;
            output.say("its activator failed to stop", e);
        }
        leave(failed ? FAILED : 0);
    }

    /** By the framework's listener: before the bundle's code is called, and when it has stopped. */
    void seen(int event, boolean frameworkStops) {
        synchronized (this) {
            if (event == BundleEvent.STARTING && launched.getCount() > 0) {
                // What the bundle does now, and the threads that it makes, are known by this.
                Thread.currentThread().setContextClassLoader(Threads.loaderOf(bundle));
                launched.countDown();
                return;
            }
            abandoned |= frameworkStops;
            if (event != BundleEvent.STOPPED && event != BundleEvent.UNINSTALLED || phase != Phase.ACTIVE) {
                return;
            }
            phase = Phase.LEAVING;
        }
        leave(0);
    }

    /** The bundle says how it has ended, and is stopped. */
    void exit(int said) {
        if (said < 0 || said > LARGEST_CODE) {
            throw new IllegalArgumentException("exit code " + said + " is not from 0 to " + LARGEST_CODE);
        }
        synchronized (this) {
            code = said;
            if (phase != Phase.ACTIVE) {
                return;
            }
            phase = Phase.STOPPING;
        }
        thread("stop", this::callStop);
    }

    /** @return whether its start is over; if not, it has been interrupted, and fails whenever it returns */
    synchronized boolean startOver(Duration limit) {
        if (phase != Phase.STARTING) {
            return true;
        }
        if (!late) {
            late = true;
            output.say("its activator has not started within " + limit.toSeconds() + " s", null);
        }
        Thread calls = caller;
        if (calls != null) {
            calls.interrupt();
        }
        return false;
    }

    /** Its start is not waited for any more: the task has failed, though its code is still there. */
    void giveUp() {
        synchronized (this) {
            if (phase != Phase.STARTING || end.isDone()) {
                return;
            }
            hung = true;
            output.say("its activator hears no interrupt; it is left behind", null);
        }
        LOG.error("The activator of {} hangs: its thread {} is left behind", handle, callerName());
        finish(new TaskExit(FAILED, 0, false, Instant.now()), false);
    }

    /** @return whether it has ended */
    boolean stop(Duration grace, Duration kill) {
        askToStop();
        return await(grace) || kill(kill);
    }

    /** Ends it without an exit: nobody will be told how it ended. */
    void abandon() {
        synchronized (this) {
            abandoned = true;
        }
        askToStop();
    }

    private void askToStop() {
        synchronized (this) {
            stopWanted = true;
            if (phase != Phase.ACTIVE) {
                return;
            }
            phase = Phase.STOPPING;
        }
        thread("stop", this::callStop);
    }

    /** Interrupts all that runs for it, again and again: an interrupt can be lost in a call that ends by it. */
    boolean kill(Duration limit) {
        synchronized (this) {
            killed = true;
        }
        long last = System.nanoTime() + limit.toNanos();
        do {
            interrupt();
            if (await(Duration.ofMillis(INTERRUPT_EVERY_MILLIS))) {
                return true;
            }
        } while (System.nanoTime() - last < 0 && !Thread.currentThread().isInterrupted());
        boolean ended = end.isDone();
        if (!ended) {
            synchronized (this) {
                hung = true;
            }
            LOG.error("{} hears no interrupt: its thread {} is left behind", handle, callerName());
        }
        return ended;
    }

    /** @return whether code of it was given up on, which is in the way until it returns */
    synchronized boolean hangs() {
        return hung;
    }

    private synchronized String callerName() {
        return caller == null ? "" : caller.getName();
    }

    private void interrupt() {
        Thread calls;
        synchronized (this) {
            if (phase == Phase.LEAVING) {
                return;
            }
            calls = caller;
        }
        if (calls != null) {
            calls.interrupt();
        }
        Threads.of(Threads.loaderOf(bundle)).forEach(Thread::interrupt);
    }

    private boolean await(Duration limit) {
        try {
            end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return end.isDone();
        }
    }

    /** The bundle has stopped. On a thread of its own: this may be the one that stops it, and holds the framework's lock. */
    private void leave(int ended) {
        Thread thread = new Thread(() -> takeAway(ended), "kochab-runtime-bundle-end-" + handle.container());
        thread.setDaemon(true);
        thread.setContextClassLoader(Run.class.getClassLoader());
        thread.start();
    }

    private void takeAway(int ended) {
        ClassLoader loader = Threads.loaderOf(bundle);
        boolean others = !watcher.uninstall(bundle);
        TaskExit exit = exit(ended, others);
        List<Thread> left = Threads.end(loader, LEAVE_MILLIS);
        if (!left.isEmpty()) {
            output.say("it has ended, but left threads behind that hear no interrupt: " + Threads.names(left), null);
        }
        finish(exit, true);
    }

    private synchronized TaskExit exit(int ended, boolean others) {
        if (others) {
            output.say("somebody has uninstalled its bundle", null);
        }
        if (code != null && !others) {
            return new TaskExit(code, 0, false, Instant.now());
        }
        if (killed || others) {
            return new TaskExit(KILLED, SIGKILL, false, Instant.now());
        }
        return new TaskExit(late ? FAILED : ended, 0, false, Instant.now());
    }

    private void finish(TaskExit exit, boolean gone) {
        boolean first = !end.isDone();
        boolean told = first && !abandoned();
        if (told) {
            watcher.ended(this, exit);
        }
        if (gone) {
            watcher.gone(this);
        }
        if (told) {
            end.complete(exit);
        } else if (first) {
            end.completeExceptionally(
                    new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the driver was closed, and ended its tasks"));
        }
        // Who follows the log is told last: he finds the task ended then.
        output.end();
    }

    private synchronized boolean abandoned() {
        return abandoned;
    }
}

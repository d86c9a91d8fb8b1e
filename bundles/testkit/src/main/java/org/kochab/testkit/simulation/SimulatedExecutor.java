package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Threads of a simulated process: tasks begin in any order, each runs to its end, and none outlives the process. */
public final class SimulatedExecutor extends AbstractExecutorService implements ScheduledExecutorService {
    private final SimulatedProcess process;
    private boolean shutdown;

    /** For the process's present life. */
    public SimulatedExecutor(SimulatedProcess process) {
        this.process = process;
    }

    private final class Later<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long due;

        Later(Callable<V> task, long due) {
            super(task);
            this.due = due;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - process.simulation().nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }

        boolean again() {
            return runAndReset();
        }
    }

    private <V> Later<V> later(Callable<V> task, long delay, TimeUnit unit) {
        return new Later<>(task, process.simulation().nanos() + unit.toNanos(delay));
    }

    @Override
    public void execute(Runnable task) {
        if (!shutdown) {
            process.soon(task);
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    task.run();
                    return null;
                },
                delay,
                unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        Later<V> later = later(task, delay, unit);
        process.after(Duration.ofNanos(unit.toNanos(delay)), later);
        return later;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
        return scheduleWithFixedDelay(task, initial, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
        Later<Object> later = later(
                () -> {
                    task.run();
                    return new Object();
                },
                initial,
                unit);
        repeat(later, initial, delay, unit);
        return later;
    }

    private void repeat(Later<?> later, long wait, long delay, TimeUnit unit) {
        process.after(Duration.ofNanos(unit.toNanos(wait)), () -> {
            if (!shutdown && later.again()) {
                repeat(later, delay, delay, unit);
            }
        });
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }
}

package org.kochab.runtime.wasm.internal;

import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.TaskUse;

/**
 * The workers of a function. Each makes an instance, waits with it for a call, serves that, and begins again if another instance is to be ready; else
 * it goes. There are never more than calls may run at once, and none after an idle time. Any thread.
 */
final class Crew {
    private final Share share;
    private final int warm;
    private final long idleNanos;
    private final Owner owner;
    private final Deque<Call> waiting = new ArrayDeque<>();
    private final List<Worker> workers = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    /** Of the workers: how many wait with an instance, how many make one, how many serve a call. */
    private int idle;

    private int coming;
    private int serving;
    private long usedAt = System.nanoTime();
    private long cpuNanos;
    private boolean closed;

    /** Whose workers they are; told and asked on their threads. */
    interface Owner {
        /** A new instance; may fail in any way a program can. */
        Ready make();

        /** No instance is ready any more though some are to be: there was no call for too long. */
        void empty();
    }

    /** What became of a call that was handed in. */
    enum Taken {
        WARM,
        /** No instance was ready for it, nor nearly so. */
        COLD,
        BUSY,
        CLOSED
    }

    /** @param warm how many instances are ready as long as there are calls now and then */
    Crew(Share share, int warm, long idleNanos, Owner owner) {
        this.share = share;
        this.warm = warm;
        this.idleNanos = idleNanos;
        this.owner = owner;
    }

    /** Makes ready what is to be. */
    synchronized void begin() {
        employ();
    }

    /** @throws OutOfMemoryError if the process can have no thread for it: the call was not taken */
    synchronized Taken take(Call call) {
        if (closed) {
            return Taken.CLOSED;
        }
        if (serving + waiting.size() >= 2 * share.instances()) {
            return Taken.BUSY;
        }
        usedAt = System.nanoTime();
        waiting.add(call);
        boolean cold = idle + coming < waiting.size();
        try {
            employ();
        } catch (OutOfMemoryError e) {
            if (workers.isEmpty()) {
                waiting.remove(call);
                throw e;
            }
        }
        notifyAll();
        return cold ? Taken.COLD : Taken.WARM;
    }

    /** @return whether it waited, and does so no more */
    synchronized boolean withdraw(Call call) {
        return waiting.remove(call);
    }

    private void employ() {
        while (idle + coming < Math.max(waiting.size(), warm) && workers.size() < share.instances()) {
            Worker worker = new Worker();
            worker.thread.start();
            workers.add(worker);
            coming++;
        }
    }

    /** @return the calls that waited; those that are served go on */
    synchronized List<Call> close() {
        closed = true;
        List<Call> left = List.copyOf(waiting);
        waiting.clear();
        notifyAll();
        return left;
    }

    /** The calls that are served now. */
    synchronized List<Call> served() {
        List<Call> all = new ArrayList<>();
        for (Worker w : workers) {
            if (w.call != null) {
                all.add(w.call);
            }
        }
        return all;
    }

    /** @return whether all workers have gone within that time */
    synchronized boolean awaitEmpty(long nanos) throws InterruptedException {
        long last = System.nanoTime() + nanos;
        while (!workers.isEmpty()) {
            long left = last - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    synchronized TaskUse use() {
        long nanos = cpuNanos;
        long bytes = share.program().weight();
        for (Worker w : workers) {
            nanos += Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(w.thread.getId()));
            Ready ready = w.ready;
            bytes += ready == null ? 0 : ready.size();
        }
        return new TaskUse(nanos / 1000, bytes);
    }

    /**
     * Waits with an instance for a call; without one only looks for a call, to fail it.
     *
     * @return null if the worker is to go
     */
    private synchronized @Nullable Call next(Worker worker, boolean faulty) {
        coming--;
        idle++;
        try {
            while (true) {
                Call call = waiting.poll();
                if (call != null) {
                    worker.call = call;
                    serving++;
                    return call;
                }
                long left = usedAt + idleNanos - System.nanoTime();
                if (closed || faulty || left <= 0 || idle > warm) {
                    return null;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            return null;
        } finally {
            idle--;
        }
    }

    /** @return whether the worker is to make another instance */
    private synchronized boolean served(Worker worker) {
        worker.call = null;
        serving--;
        usedAt = System.nanoTime();
        boolean on = !closed && idle + coming < Math.max(waiting.size(), warm);
        if (on) {
            coming++;
        }
        return on;
    }

    private void gone(Worker worker) {
        boolean empty;
        synchronized (this) {
            workers.remove(worker);
            cpuNanos += Math.max(0, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
            if (!closed && !waiting.isEmpty()) {
                // It went because of a fault, or because its time was over just before a call came.
                employ();
            }
            empty = workers.isEmpty() && !closed && warm > 0;
            notifyAll();
        }
        if (empty) {
            owner.empty();
        }
    }

    private final class Worker implements Runnable {
        private final Thread thread;
        private volatile @Nullable Ready ready;
        private @Nullable Call call;

        Worker() {
            thread = new Thread(null, this, "kochab-runtime-wasm-call-" + numbers.incrementAndGet(), Run.STACK);
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
        }

        @Override
        public void run() {
            try {
                boolean on = true;
                while (on) {
                    on = once();
                }
            } finally {
                gone(this);
            }
        }

        private boolean once() {
            Ready made;
            try {
                made = owner.make();
            } catch (RuntimeException | Error e) {
                Call failed = next(this, true);
                return failed != null && done(failed, Ready.fault(e, share));
            }
            Call next;
            CallResult result;
            try (made) {
                ready = made;
                next = next(this, false);
                if (next == null) {
                    return false;
                }
                result = made.serve(next);
            } finally {
                ready = null;
            }
            return done(next, result);
        }

        /** The caller is told last: its next call is to find everything counted. */
        private boolean done(Call call, CallResult result) {
            boolean on = served(this);
            call.complete(result);
            return on;
        }
    }
}

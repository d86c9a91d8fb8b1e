package org.kochab.runtime.wasm.internal;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.kochab.agenttasks.TaskLog;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskUse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task while it runs: one instance of a program on a thread of its own. */
final class Run implements Running {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);
    private static final int KILLED = 137;
    private static final int SIGKILL = 9;
    /** What a trap is to a process: SIGABRT. */
    private static final int TRAPPED = 134;

    private static final int SIGABRT = 6;
    static final long STACK = 1 << 20;
    static final long INTERRUPT_EVERY_MILLIS = 20;

    /** What is asked of a run from outside. */
    private enum Wanted {
        ON,
        KILLED,
        ABANDONED
    }

    private final TaskHandle handle;
    private final Share share;
    private final TaskLog log;
    private final CompletableFuture<TaskExit> end = new CompletableFuture<>();
    private final View view;
    private final Thread thread;
    private volatile Wanted wanted = Wanted.ON;
    private volatile @Nullable Memory memory;
    private boolean over;

    Run(TaskHandle handle, Share share, View view, TaskLog log, Ended ended) {
        this.handle = handle;
        this.share = share;
        this.view = view;
        this.log = log;
        thread = new Thread(null, () -> run(ended), "kochab-runtime-wasm-" + handle.container(), STACK);
        thread.setDaemon(true);
        // It shares the processors with the agent. Most systems do not look at this.
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    @Override
    public TaskHandle handle() {
        return handle;
    }

    @Override
    public Share share() {
        return share;
    }

    @Override
    public TaskLog log() {
        return log;
    }

    @Override
    public CompletableFuture<TaskExit> end() {
        return end;
    }

    @Override
    public void start() {
        thread.start();
    }

    private void run(Ended ended) {
        TaskExit exit;
        try {
            exit = exit(execute());
        } catch (OutOfMemoryError e) {
            exit = new TaskExit(KILLED, SIGKILL, true, Instant.now());
        } catch (RuntimeException | Error e) {
            exit = wanted == Wanted.ON ? trapped(e) : new TaskExit(KILLED, SIGKILL, false, Instant.now());
        }
        over();
        memory = null;
        boolean abandoned = wanted == Wanted.ABANDONED && exit.signal() == SIGKILL;
        ended.accept(abandoned ? null : exit);
        try {
            log.close();
        } catch (IOException e) {
            LOG.debug("Closing the log of {}", handle, e);
        }
        if (abandoned) {
            end.completeExceptionally(
                    new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the driver was closed, and ended its tasks"));
        } else {
            end.complete(exit);
        }
    }

    /** The module runs no longer: no interrupt that is meant for it comes after this. */
    private synchronized void over() {
        over = true;
        Thread.interrupted();
    }

    private synchronized void interrupt() {
        if (!over) {
            thread.interrupt();
        }
    }

    private static TaskExit exit(int code) {
        return new TaskExit(code, 0, false, Instant.now());
    }

    private int execute() {
        Guest.Streams streams = new Guest.Streams(InputStream.nullInputStream(), log, log);
        try (Guest guest = Guest.make(share.program(), share.pages(), view, streams, limits -> {
            Memory made = new ByteArrayMemory(limits);
            memory = made;
            return made;
        })) {
            return guest.run();
        }
    }

    private TaskExit trapped(Throwable e) {
        String why = Guest.reason(e);
        String line = "kochab: the module was ended: " + why + "\n";
        try {
            log.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException written) {
            LOG.warn("{} was ended: {}; its log cannot be written", handle, why, written);
        }
        return new TaskExit(TRAPPED, SIGABRT, false, Instant.now());
    }

    /** At once: a module hears no signal, and waiting for it to end by itself would only make everybody wait. */
    @Override
    public boolean stop(long grace, long millis) {
        return interrupt(Wanted.KILLED, millis);
    }

    @Override
    public boolean abandon(long millis) {
        return interrupt(Wanted.ABANDONED, millis);
    }

    private boolean interrupt(Wanted how, long millis) {
        if (wanted == Wanted.ON) {
            wanted = how;
        }
        long last = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            interrupt();
            try {
                end.get(INTERRUPT_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                return true;
            } catch (ExecutionException e) {
                return true;
            } catch (TimeoutException e) {
                // An interrupt can be lost in a call that ends by it: once more.
                continue;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return end.isDone();
            }
        } while (System.nanoTime() - last < 0);
        return end.isDone();
    }

    @Override
    public TaskUse use() {
        long nanos = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
        return new TaskUse(Math.max(0, nanos) / 1000, share.program().weight() + Guest.size(memory));
    }
}

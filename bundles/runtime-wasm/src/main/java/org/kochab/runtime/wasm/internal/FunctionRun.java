package org.kochab.runtime.wasm.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.kochab.agenttasks.TaskLog;
import org.kochab.api.model.PodFunction;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.CallResult.Exited;
import org.kochab.spi.runtime.CallResult.Failed;
import org.kochab.spi.runtime.CallResult.Reason;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskUse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A function while it can be called. Who calls looks after the time of the call: no thread is needed for that. Any thread. */
final class FunctionRun implements Running, Crew.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionRun.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long INTERRUPT_NANOS = TimeUnit.MILLISECONDS.toNanos(Run.INTERRUPT_EVERY_MILLIS);
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int KILLED = 137;
    private static final int SIGKILL = 9;

    private final TaskHandle handle;
    private final Share share;
    private final View view;
    private final TaskLog log;
    private final Ended ended;
    private final Duration timeout;
    private final Crew crew;
    private final CompletableFuture<TaskExit> end = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong coldStarts = new AtomicLong();

    /** @param function a checked one */
    FunctionRun(TaskHandle handle, Share share, View view, TaskLog log, PodFunction function, Ended ended) {
        this.handle = handle;
        this.share = share;
        this.view = view;
        this.log = log;
        this.ended = ended;
        timeout = Duration.ofSeconds(value(function.timeoutSeconds()));
        crew = new Crew(share, value(function.warm()), TimeUnit.SECONDS.toNanos(value(function.idleSeconds())), this);
    }

    private static int value(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    /**
     * Checks it against its program.
     *
     * @param function a complete one
     * @return the most instances it may have
     */
    static int instances(PodFunction function, Program program) {
        int concurrency = value(function.concurrency());
        int warm = value(function.warm());
        if (concurrency < 1
                || warm < 0
                || warm > concurrency
                || value(function.timeoutSeconds()) < 1
                || value(function.idleSeconds()) < 1) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "function: concurrency, timeoutSeconds and idleSeconds must be at least 1, warm at most"
                            + " concurrency");
        }
        if (program.module().startSection().isPresent()) {
            // It would run before there is a call whose time could be over.
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "function.image: the module has a start section, which a function may not: begin in "
                            + Program.START);
        }
        return concurrency;
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
        try {
            crew.begin();
        } catch (OutOfMemoryError e) {
            say("there is no thread for an instance now; the next call tries again");
        }
    }

    @Override
    public Ready make() {
        return new Ready(share, view, log);
    }

    @Override
    public void empty() {
        say("no instance is ready any more; " + counted());
    }

    private String counted() {
        return calls + " calls so far, " + failures + " failed, " + coldStarts + " found no instance ready";
    }

    private void say(String what) {
        try {
            log.write(("kochab: " + what + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.debug("{}: {}; its log cannot be written", handle, what, e);
        }
    }

    /** See {@link org.kochab.spi.runtime.FunctionDriver#call}. */
    CallResult call(byte[] input, Duration most, StopSignal stop) {
        long deadline = System.nanoTime() + (most.compareTo(timeout) < 0 ? most : timeout).toNanos();
        Call call = new Call(input);
        CallResult result;
        try {
            result = switch (crew.take(call)) {
                case CLOSED -> throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the function is being stopped");
                case BUSY ->
                    new Failed(
                            Reason.BUSY,
                            "busy: " + share.instances()
                                    + " calls run and as many wait, which is all that concurrency allows: try again,"
                                    + " or raise replicas");
                case COLD -> {
                    coldStarts.incrementAndGet();
                    yield await(call, deadline, stop);
                }
                case WARM -> await(call, deadline, stop);
            };
        } catch (OutOfMemoryError e) {
            result = new Failed(Reason.OUT_OF_MEMORY, "out of memory: the agent can have no thread for the call");
        }
        calls.incrementAndGet();
        if (result instanceof Failed f) {
            failures.incrementAndGet();
            say("a call failed: " + f.message());
        } else if (result instanceof Exited e && e.exitCode() != 0) {
            failures.incrementAndGet();
        }
        return result;
    }

    private CallResult await(Call call, long deadline, StopSignal stop) {
        try {
            while (true) {
                long left = deadline - System.nanoTime();
                Optional<CallResult> result = call.await(Math.max(0, Math.min(left, LOOK_NANOS)));
                if (result.isPresent()) {
                    return result.get();
                }
                if (left <= 0 || stop.stopped()) {
                    return giveUp(call, left <= 0 ? Reason.TIMED_OUT : Reason.STOPPED);
                }
            }
        } catch (InterruptedException e) {
            crew.withdraw(call);
            call.end(Reason.STOPPED);
            Thread.currentThread().interrupt();
            return new Failed(Reason.STOPPED, "stopped: the agent does not wait for it any more");
        }
    }

    private CallResult giveUp(Call call, Reason why) throws InterruptedException {
        if (crew.withdraw(call)) {
            return new Failed(
                    why,
                    why == Reason.TIMED_OUT
                            ? "timed out: it waited for an instance all the time; raise concurrency or replicas"
                            : "stopped: it was not begun");
        }
        long last = System.nanoTime() + END_NANOS;
        do {
            call.end(why);
            // An interrupt can be lost in a call of the system that ends by it: it is repeated.
            Optional<CallResult> result = call.await(INTERRUPT_NANOS);
            if (result.isPresent()) {
                return result.get();
            }
        } while (System.nanoTime() - last < 0);
        return new Failed(why, Ready.words(why) + ", but has not ended yet");
    }

    @Override
    public boolean stop(long grace, long millis) {
        close();
        try {
            boolean drained = crew.awaitEmpty(TimeUnit.MILLISECONDS.toNanos(grace));
            if (!drained && !kill(millis)) {
                return false;
            }
            say("stopped; " + counted());
            finish(new TaskExit(drained ? 0 : KILLED, drained ? 0 : SIGKILL, false, Instant.now()));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void close() {
        for (Call call : crew.close()) {
            call.complete(new Failed(Reason.STOPPED, "stopped: the function is being stopped"));
        }
    }

    private boolean kill(long millis) throws InterruptedException {
        long last = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            crew.served().forEach(call -> call.end(Reason.STOPPED));
            if (crew.awaitEmpty(INTERRUPT_NANOS)) {
                return true;
            }
        } while (System.nanoTime() - last < 0);
        return false;
    }

    private void finish(@Nullable TaskExit exit) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        ended.accept(exit);
        try {
            log.close();
        } catch (IOException e) {
            LOG.debug("Closing the log of {}", handle, e);
        }
        if (exit == null) {
            end.completeExceptionally(
                    new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the driver was closed, and ended its tasks"));
        } else {
            end.complete(exit);
        }
    }

    @Override
    public boolean abandon(long millis) {
        close();
        try {
            boolean gone = kill(millis);
            finish(null);
            return gone;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public TaskUse use() {
        return crew.use();
    }
}

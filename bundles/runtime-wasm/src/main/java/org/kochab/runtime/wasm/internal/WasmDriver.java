package org.kochab.runtime.wasm.internal;

import com.dylibso.chicory.runtime.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.kochab.agenttasks.Ledger;
import org.kochab.agenttasks.TaskLog;
import org.kochab.api.model.PodFunction;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.FunctionDriver;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;
import org.kochab.spi.runtime.TaskUse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks as WebAssembly modules in this process, and so only as long as it runs: later they are lost, and said to be. */
public final class WasmDriver implements RuntimeDriver, FunctionDriver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WasmDriver.class);
    private static final String KIND = "wasm";
    private static final long KILL_MILLIS = 25_000;
    private static final long CLOSE_MILLIS = 2_000;
    private static final int UNKNOWN = 137;
    private static final int MOST_PAGES = Memory.RUNTIME_MAX_PAGES;

    private final Settings settings;
    private final Ledger ledger;
    private final ModuleFiles files;
    private final Programs programs;
    private final Budget budget;
    private final ConcurrentMap<String, Running> runs = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @throws IOException if the directory cannot be used */
    public WasmDriver(Settings settings) throws IOException {
        this.settings = settings;
        Path directory = settings.directory().toAbsolutePath();
        ledger = new Ledger(directory.resolve("tasks"));
        files = new ModuleFiles(directory.resolve("modules"), settings.cacheBytes(), settings.memoryBytes());
        programs = new Programs(files, settings.memoryBytes(), settings.interpreter());
        budget = new Budget(settings.memoryBytes(), settings.tasks());
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public RuntimeProbe probe() {
        return new Trial(this, settings.directory()).run();
    }

    @Override
    public void prepare(TaskSpec task) {
        check(task);
        share(task, programs.get(task.container()));
        View.of(task);
    }

    private static void check(TaskSpec task) {
        if (task.cpuMillis() != null) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "resources.limits.cpu cannot be enforced for a module, which runs on a thread of the agent: remove it,"
                            + " or use runtimeClassName oci or process");
        }
        if (!task.devices().isEmpty()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "resources.limits." + task.devices().get(0).resource()
                            + ": a module cannot use devices of the node: use runtimeClassName oci or process");
        }
    }

    private Share share(TaskSpec task, Program program) {
        PodFunction function = task.function();
        if (function == null) {
            return new Share(program, pages(task, 1, program), 1);
        }
        int instances = FunctionRun.instances(function.complete(), program);
        return new Share(program, pages(task, instances, program), instances);
    }

    /** @return the most pages that each of the task's instances may have */
    private int pages(TaskSpec task, int instances, Program program) {
        Long limit = task.memoryBytes();
        long most = (limit == null ? settings.taskMemoryBytes() : limit) / instances / Memory.PAGE_SIZE;
        int begins = program.memory().initialPages();
        if (begins > most) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "resources.limits.memory: the module begins with " + Budget.kib((long) begins * Memory.PAGE_SIZE)
                            + " of memory, the limit is " + Budget.kib(most * Memory.PAGE_SIZE)
                            + (instances == 1 ? "" : " for each of the " + instances + " calls that concurrency allows")
                            + (limit == null ? " where none is set" : ""));
        }
        return (int) Math.min(Math.min(most, program.memory().maximumPages()), MOST_PAGES);
    }

    @Override
    public TaskHandle start(TaskSpec task) {
        check(task);
        View view = View.of(task);
        Path directory = task.directory().toAbsolutePath();
        TaskHandle handle =
                new TaskHandle(task.podUid(), task.container().name(), task.attempt(), directory.toString());
        if (!(recover(handle) instanceof TaskState.Lost)) {
            return handle;
        }
        Share share = share(task, programs.get(task.container()));
        budget.take(share);
        try {
            Files.createDirectories(directory);
            TaskLog log = TaskLog.create(directory, settings.logBytes());
            ledger.began(handle);
            Running.Ended ended = exit -> ended(handle, exit);
            PodFunction function = task.function();
            launch(
                    Ledger.name(handle),
                    function == null
                            ? new Run(handle, share, view, log, ended)
                            : new FunctionRun(handle, share, view, log, function.complete(), ended));
            return handle;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Out of memory is also what Java says when there is no thread to be had.
            budget.release(share);
            runs.remove(Ledger.name(handle));
            remove(handle);
            throw e instanceof RuntimeFailure f
                    ? f
                    : new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot start the module: " + e, e);
        }
    }

    private synchronized void launch(String name, Running run) {
        if (closed) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the driver is closed");
        }
        runs.put(name, run);
        run.start();
    }

    private void ended(TaskHandle handle, @Nullable TaskExit exit) {
        try {
            if (exit != null) {
                ledger.ended(handle, exit);
            }
        } catch (IOException e) {
            LOG.warn("How {} ended cannot be written; after a restart it will be said to be lost", handle, e);
        }
        Running run = runs.get(Ledger.name(handle));
        if (run != null) {
            budget.release(run.share());
            // An abandoned one stays, for those who ask this closed driver how it ended.
            if (exit != null) {
                runs.remove(Ledger.name(handle));
            }
        }
    }

    @Override
    public TaskState recover(TaskHandle handle) {
        Running run = runs.get(Ledger.name(handle));
        if (run != null && !run.end().isDone()) {
            return new TaskState.Running(Ledger.name(handle));
        }
        return ledger.exit(handle)
                .<TaskState>map(TaskState.Ended::new)
                .orElseGet(
                        () -> new TaskState.Lost(
                                "it ran inside the agent, as every module does, and ended with it: the agent or its wasm driver was restarted"));
    }

    @Override
    public List<TaskHandle> tasks() {
        return ledger.all();
    }

    @Override
    public CompletionStage<TaskExit> exit(TaskHandle handle) {
        Running run = runs.get(Ledger.name(handle));
        if (run != null) {
            return run.end().copy();
        }
        return CompletableFuture.completedFuture(
                ledger.exit(handle).orElseGet(() -> new TaskExit(UNKNOWN, 0, false, Instant.now())));
    }

    @Override
    public void stop(TaskHandle handle, Duration grace) {
        Running run = runs.get(Ledger.name(handle));
        if (run != null && !run.stop(grace.toMillis(), KILL_MILLIS)) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the module does not end, even interrupted");
        }
    }

    @Override
    public void remove(TaskHandle handle) {
        if (runs.containsKey(Ledger.name(handle))) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the module runs: stop it first");
        }
        ledger.remove(handle);
    }

    @Override
    public Optional<TaskUse> use(TaskHandle handle) {
        return Optional.ofNullable(runs.get(Ledger.name(handle))).map(Running::use);
    }

    @Override
    public void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        Running run = runs.get(Ledger.name(handle));
        TaskLog log = run == null ? TaskLog.ended(Path.of(handle.data())) : run.log();
        log.read(tailLines, follow, sink, stop);
    }

    @Override
    public int exec(TaskHandle handle, List<String> command, Duration timeout, OutputSink sink, StopSignal stop) {
        throw new RuntimeFailure(
                RuntimeFailure.Code.INVALID,
                "exec: there is nothing to execute in a WebAssembly module, which has one program and no processes; look at its logs");
    }

    @Override
    public CallResult call(TaskHandle handle, byte[] input, Duration timeout, StopSignal stop) {
        if (input.length > MOST_INPUT) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "the input has " + input.length + " bytes, a call takes at most " + MOST_INPUT);
        }
        Running run = runs.get(Ledger.name(handle));
        if (run == null) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the function does not run");
        }
        if (!(run instanceof FunctionRun function)) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "the pod has no function, and nothing else can be called");
        }
        return function.call(input, timeout, stop);
    }

    @Override
    public Optional<String> address(TaskHandle handle) {
        return Optional.empty();
    }

    @Override
    public List<RuntimeImage> images() {
        return files.list();
    }

    /** Ends all tasks: the next driver says that they are lost. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        long last = System.nanoTime() + Duration.ofMillis(CLOSE_MILLIS).toNanos();
        for (Running run : runs.values()) {
            long left = Math.max(0, Duration.ofNanos(last - System.nanoTime()).toMillis());
            if (!run.abandon(left)) {
                LOG.warn("{} does not end, even interrupted; its thread is left behind", run.handle());
            }
        }
    }
}

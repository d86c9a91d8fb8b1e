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
public final class WasmDriver implements RuntimeDriver, AutoCloseable {
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
    private final ConcurrentMap<String, Run> runs = new ConcurrentHashMap<>();
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
        pages(task, programs.get(task.container()));
        View.of(task);
    }

    private static void check(TaskSpec task) {
        if (task.cpuMillis() != null) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "resources.limits.cpu cannot be enforced for a module, which runs on a thread of the agent: remove it,"
                            + " or use runtimeClassName oci or process");
        }
    }

    /** @return the most pages the task may have */
    private int pages(TaskSpec task, Program program) {
        Long limit = task.memoryBytes();
        long most = (limit == null ? settings.taskMemoryBytes() : limit) / Memory.PAGE_SIZE;
        int begins = program.memory().initialPages();
        if (begins > most) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "resources.limits.memory: the module begins with " + Budget.kib((long) begins * Memory.PAGE_SIZE)
                            + " of memory, the limit is " + Budget.kib(most * Memory.PAGE_SIZE)
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
        Program program = programs.get(task.container());
        int pages = pages(task, program);
        budget.take(program, (long) pages * Memory.PAGE_SIZE);
        try {
            Files.createDirectories(directory);
            TaskLog log = TaskLog.create(directory, settings.logBytes());
            ledger.began(handle);
            Run run = new Run(handle, program, pages, view, log, exit -> ended(handle, exit));
            launch(Ledger.name(handle), run);
            return handle;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Out of memory is also what Java says when there is no thread to be had.
            budget.release(program, (long) pages * Memory.PAGE_SIZE);
            runs.remove(Ledger.name(handle));
            remove(handle);
            throw e instanceof RuntimeFailure f
                    ? f
                    : new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot start the module: " + e, e);
        }
    }

    private synchronized void launch(String name, Run run) {
        if (closed) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the driver is closed");
        }
        runs.put(name, run);
        run.start();
    }

    /** On the run's thread. */
    private void ended(TaskHandle handle, @Nullable TaskExit exit) {
        try {
            if (exit != null) {
                ledger.ended(handle, exit);
            }
        } catch (IOException e) {
            LOG.warn("How {} ended cannot be written; after a restart it will be said to be lost", handle, e);
        }
        Run run = runs.get(Ledger.name(handle));
        if (run != null) {
            budget.release(run.program, (long) run.pages * Memory.PAGE_SIZE);
            // An abandoned one stays, for those who ask this closed driver how it ended.
            if (exit != null) {
                runs.remove(Ledger.name(handle));
            }
        }
    }

    @Override
    public TaskState recover(TaskHandle handle) {
        Run run = runs.get(Ledger.name(handle));
        if (run != null && !run.end.isDone()) {
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
        Run run = runs.get(Ledger.name(handle));
        if (run != null) {
            return run.end.copy();
        }
        return CompletableFuture.completedFuture(
                ledger.exit(handle).orElseGet(() -> new TaskExit(UNKNOWN, 0, false, Instant.now())));
    }

    @Override
    public void stop(TaskHandle handle, Duration grace) {
        // A module hears no signal: waiting for it to end by itself would only make everybody wait.
        Run run = runs.get(Ledger.name(handle));
        if (run != null && !run.kill(KILL_MILLIS)) {
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
        return Optional.ofNullable(runs.get(Ledger.name(handle))).map(Run::use);
    }

    @Override
    public void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        Run run = runs.get(Ledger.name(handle));
        TaskLog log = run == null ? TaskLog.ended(Path.of(handle.data())) : run.log;
        log.read(tailLines, follow, sink, stop);
    }

    @Override
    public int exec(TaskHandle handle, List<String> command, Duration timeout, OutputSink sink, StopSignal stop) {
        throw new RuntimeFailure(
                RuntimeFailure.Code.INVALID,
                "exec: there is nothing to execute in a WebAssembly module, which has one program and no processes; look at its logs");
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
        for (Run run : runs.values()) {
            long left = Math.max(0, Duration.ofNanos(last - System.nanoTime()).toMillis());
            if (!run.abandon(left)) {
                LOG.warn("{} does not end, even interrupted; its thread is left behind", run.handle);
            }
        }
    }
}

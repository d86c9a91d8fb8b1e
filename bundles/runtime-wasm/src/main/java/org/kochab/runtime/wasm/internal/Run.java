package org.kochab.runtime.wasm.internal;

import com.dylibso.chicory.log.Logger;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ExecutionCompletedException;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasi.WasiExitException;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.agenttasks.TaskLog;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskUse;
import org.slf4j.LoggerFactory;

/** A task while it runs: one instance of a program on a thread of its own. */
final class Run {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Run.class);
    private static final int KILLED = 137;
    private static final int SIGKILL = 9;
    /** What a trap is to a process: SIGABRT. */
    private static final int TRAPPED = 134;

    private static final int SIGABRT = 6;
    private static final int LARGEST_CODE = 255;
    private static final long STACK = 1 << 20;
    private static final long INTERRUPT_EVERY_MILLIS = 20;
    private static final int LONGEST_REASON = 500;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Whatever a module asks for that WASI does not have is told to the module, not to the agent's log. */
    private static final Logger QUIET = new Logger() {
        @Override
        public void log(Level level, String message, Throwable throwable) {}

        @Override
        public boolean isLoggable(Level level) {
            return false;
        }
    };

    /** What is asked of a run from outside. */
    private enum Wanted {
        ON,
        KILLED,
        ABANDONED
    }

    final TaskHandle handle;
    final Program program;
    final int pages;
    final TaskLog log;
    final CompletableFuture<TaskExit> end = new CompletableFuture<>();
    private final View view;
    private final Thread thread;
    private volatile Wanted wanted = Wanted.ON;
    private volatile @Nullable Memory memory;

    /**
     * @param pages most pages of linear memory
     * @param ended told the exit before {@link #end} is; null if the run was abandoned
     */
    Run(TaskHandle handle, Program program, int pages, View view, TaskLog log, Ended ended) {
        this.handle = handle;
        this.program = program;
        this.pages = pages;
        this.view = view;
        this.log = log;
        thread = new Thread(null, () -> run(ended), "kochab-runtime-wasm-" + handle.container(), STACK);
        thread.setDaemon(true);
        // It shares the processors with the agent. Most systems do not look at this.
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /** Told on the run's thread. */
    interface Ended extends Consumer<@Nullable TaskExit> {}

    void start() {
        thread.start();
    }

    private void run(Ended ended) {
        TaskExit exit;
        try {
            exit = exit(execute());
        } catch (WasiExitException e) {
            exit = exit(e.exitCode() < 0 || e.exitCode() > LARGEST_CODE ? LARGEST_CODE : e.exitCode());
        } catch (ExecutionCompletedException e) {
            exit = exit(0);
        } catch (OutOfMemoryError e) {
            exit = new TaskExit(KILLED, SIGKILL, true, Instant.now());
        } catch (RuntimeException | IOException | Error e) {
            // Chicory tells traps in many ways, Java's own stack overflow among them.
            exit = wanted == Wanted.ON ? trapped(e) : new TaskExit(KILLED, SIGKILL, false, Instant.now());
        }
        // What was asked for has been done; the files below are to be written.
        boolean interrupted = Thread.interrupted();
        memory = null;
        boolean abandoned = wanted == Wanted.ABANDONED && exit.signal() == SIGKILL;
        ended.accept(abandoned ? null : exit);
        try {
            log.close();
        } catch (IOException e) {
            LOG.debug("Closing the log of {} (interrupted: {})", handle, interrupted, e);
        }
        if (abandoned) {
            end.completeExceptionally(
                    new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the driver was closed, and ended its tasks"));
        } else {
            end.complete(exit);
        }
    }

    private static TaskExit exit(int code) {
        return new TaskExit(code, 0, false, Instant.now());
    }

    private int execute() throws IOException {
        WasiOptions.Builder options = WasiOptions.builder()
                .withArguments(view.arguments())
                .withStdin(InputStream.nullInputStream(), false)
                .withStdout(log, false)
                .withStderr(log, false)
                .withRandom(RANDOM);
        view.environment().forEach(options::withEnvironment);
        view.directories().forEach((name, place) -> options.withDirectory(name, place.path()));
        try (WasiPreview1 wasi = WasiPreview1.builder()
                .withLogger(QUIET)
                .withOptions(options.build())
                .build()) {
            Sandbox sandbox =
                    new Sandbox(java.util.List.copyOf(view.directories().values()));
            Instance instance = Instance.builder(program.module())
                    .withImportValues(ImportValues.builder()
                            .addFunction(sandbox.around(wasi.toHostFunctions()))
                            .build())
                    .withMachineFactory(program.machines())
                    .withMemoryLimits(new MemoryLimits(program.memory().initialPages(), pages))
                    .withMemoryFactory(limits -> {
                        Memory made = new ByteArrayMemory(limits);
                        memory = made;
                        return made;
                    })
                    .withTableFactory(Run::table)
                    .withStart(false)
                    .build();
            instance.export(Program.START).apply();
            return 0;
        }
    }

    /** One of its own: Chicory keeps what a table has grown to in the module, which others run too. */
    private static TableInstance table(Table table, int value) {
        long min = table.limits().min();
        long max = Math.min(table.limits().max(), Math.max(min, Program.MOST_TABLE_ENTRIES));
        return new TableInstance(new Table(table.elementType(), new TableLimits(min, max)), value);
    }

    private TaskExit trapped(Throwable e) {
        String why = e instanceof StackOverflowError
                ? "call stack exhausted"
                : e.getMessage() == null ? e.toString() : e.getMessage();
        String line =
                "kochab: the module was ended: " + why.substring(0, Math.min(LONGEST_REASON, why.length())) + "\n";
        try {
            log.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException written) {
            LOG.warn("{} was ended: {}; its log cannot be written", handle, why, written);
        }
        return new TaskExit(TRAPPED, SIGABRT, false, Instant.now());
    }

    /** Ends it; returns whether it has ended within the time. */
    boolean kill(long millis) {
        return interrupt(Wanted.KILLED, millis);
    }

    /** Ends it without an exit: nobody will be told how it ended. */
    boolean abandon(long millis) {
        return interrupt(Wanted.ABANDONED, millis);
    }

    private boolean interrupt(Wanted how, long millis) {
        if (wanted == Wanted.ON) {
            wanted = how;
        }
        long last = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            thread.interrupt();
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

    TaskUse use() {
        long nanos = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
        Memory now = memory;
        return new TaskUse(
                Math.max(0, nanos) / 1000,
                program.weight() + (now == null ? 0 : (long) now.pages() * Memory.PAGE_SIZE));
    }
}

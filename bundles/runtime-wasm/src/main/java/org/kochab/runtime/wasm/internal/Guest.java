package org.kochab.runtime.wasm.internal;

import com.dylibso.chicory.log.Logger;
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
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One instance of a program in its sandbox: made ready, run once, thrown away. One thread at a time. */
final class Guest implements AutoCloseable {
    private static final int LARGEST_CODE = 255;
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

    private final WasiPreview1 wasi;
    private final Instance instance;

    private Guest(WasiPreview1 wasi, Instance instance) {
        this.wasi = wasi;
        this.instance = instance;
    }

    /** What it reads and writes; they are not closed. */
    record Streams(InputStream in, OutputStream out, OutputStream err) {}

    /** @throws RuntimeException or an error if the program cannot be made an instance of, in any of Chicory's ways */
    static Guest make(Program program, int pages, View view, Streams streams, Function<MemoryLimits, Memory> memories) {
        WasiOptions.Builder options = WasiOptions.builder()
                .withArguments(view.arguments())
                .withStdin(streams.in(), false)
                .withStdout(streams.out(), false)
                .withStderr(streams.err(), false)
                .withRandom(RANDOM);
        view.environment().forEach(options::withEnvironment);
        view.directories().forEach((name, place) -> options.withDirectory(name, place.path()));
        WasiPreview1 wasi = WasiPreview1.builder()
                .withLogger(QUIET)
                .withOptions(options.build())
                .build();
        boolean made = false;
        try {
            Sandbox sandbox = new Sandbox(List.copyOf(view.directories().values()));
            Instance instance = Instance.builder(program.module())
                    .withImportValues(ImportValues.builder()
                            .addFunction(sandbox.around(wasi.toHostFunctions()))
                            .build())
                    .withMachineFactory(program.machines())
                    .withMemoryLimits(new MemoryLimits(program.memory().initialPages(), pages))
                    .withMemoryFactory(memories)
                    .withTableFactory(Guest::table)
                    .withStart(false)
                    .build();
            made = true;
            return new Guest(wasi, instance);
        } finally {
            if (!made) {
                wasi.close();
            }
        }
    }

    /** One of its own: Chicory keeps what a table has grown to in the module, which others run too. */
    private static TableInstance table(Table table, int value) {
        long min = table.limits().min();
        long max = Math.min(table.limits().max(), Math.max(min, Program.MOST_TABLE_ENTRIES));
        return new TableInstance(new Table(table.elementType(), new TableLimits(min, max)), value);
    }

    /**
     * Runs it to its end.
     *
     * @return its exit code, 0 to 255
     * @throws RuntimeException or an error, the stack's overflow among them, for a trap, and if the thread was interrupted
     */
    int run() {
        try {
            instance.export(Program.START).apply();
            return 0;
        } catch (WasiExitException e) {
            return e.exitCode() < 0 || e.exitCode() > LARGEST_CODE ? LARGEST_CODE : e.exitCode();
        } catch (ExecutionCompletedException e) {
            return 0;
        }
    }

    /** What Chicory, which tells traps in many ways, meant by what it threw. */
    static String reason(Throwable e) {
        String why = e instanceof StackOverflowError
                ? "call stack exhausted"
                : e.getMessage() == null ? e.toString() : e.getMessage();
        return why.substring(0, Math.min(LONGEST_REASON, why.length()));
    }

    /** Bytes of linear memory. */
    static long size(@Nullable Memory memory) {
        return memory == null ? 0 : (long) memory.pages() * Memory.PAGE_SIZE;
    }

    @Override
    public void close() {
        wasi.close();
    }
}

package org.kochab.runtime.wasm.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;

/** Really runs a module, to see whether the driver works here and its memory limit holds. */
final class Trial {
    /** {@code trial.wat}, among the tests, as bytes; a test compares them. */
    static final byte[] MODULE = HexFormat.of()
            .parseHex(
                    "0061736d0100000001100360047f7f7f7f017f60017f0060000002460216776173695f736e617073686f745f7072657669"
                            + "6577310866645f7772697465000016776173695f736e617073686f745f70726576696577310970726f635f6578697400"
                            + "01030201020503010001071302066d656d6f72790200065f737461727400020a3d013b00410041083602004104410736"
                            + "0200410141004101411010001a410140004101470440410110010b41014000417f470440410210010b410710010b0b0d"
                            + "010041080b076b6f636861620a");

    private static final int CODE = 7;
    private static final long MEMORY = 2 << 16;
    private static final long SECONDS = 20;

    private final WasmDriver driver;
    private final Path directory;

    Trial(WasmDriver driver, Path directory) {
        this.driver = driver;
        this.directory = directory.toAbsolutePath().resolve("trial");
    }

    RuntimeProbe run() {
        try {
            TaskSpec task = task();
            driver.prepare(task);
            TaskHandle handle = driver.start(task);
            try {
                TaskExit exit = driver.exit(handle).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
                StringBuilder output = new StringBuilder();
                driver.logs(
                        handle,
                        -1,
                        false,
                        (error, bytes, offset, length) ->
                                output.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                        () -> false);
                boolean ok = exit.exitCode() == CODE && output.toString().equals("kochab\n");
                return new RuntimeProbe(
                        ok,
                        ok ? "" : "a trial module ended with " + exit.exitCode() + " and said '" + output + "'",
                        ok ? List.of("memory") : List.of());
            } finally {
                driver.stop(handle, Duration.ZERO);
                driver.remove(handle);
            }
        } catch (RuntimeFailure | IOException | ExecutionException | TimeoutException e) {
            return new RuntimeProbe(false, "a trial module could not be run: " + e.getMessage(), List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RuntimeProbe(false, "interrupted", List.of());
        }
    }

    private TaskSpec task() throws IOException {
        Path module = Files.createDirectories(directory).resolve("trial.wasm");
        Files.write(module, MODULE);
        return TaskSpec.trial(
                Container.of("trial", module.toString(), List.of()), directory.resolve("task"), MEMORY, null);
    }
}

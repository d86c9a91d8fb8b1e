package org.kochab.benchmarks.agents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kochab.api.model.Container;
import org.kochab.benchmarks.common.Samples;
import org.kochab.runtime.process.internal.ProcessDriver;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;

/** Starts of a process that sleeps, by turns through the real driver, with its limits and its files, and by a fork of the JVM alone. */
record Starts(Samples byDriver, Samples byFork) {
    private static final double MICROS_PER_MILLI = 1e3;
    private static final long MEMORY = 64 << 20;
    private static final long CPU_MILLIS = 100;
    private static final long PIDS = 64;
    private static final long LOG_BYTES = 1 << 20;
    private static final int WARM_UP = 20;
    private static final List<String> COMMAND = List.of("sleep", "600");

    static Starts measure(Path directory, int times) throws IOException {
        Samples byDriver = new Samples();
        Samples byFork = new Samples();
        List<TaskHandle> tasks = new ArrayList<>();
        List<Process> forks = new ArrayList<>();
        try (ProcessDriver driver = new ProcessDriver(
                new ProcessDriver.Settings(directory.resolve("driver"), "kochab-bench-starts", PIDS, LOG_BYTES))) {
            try {
                for (int i = 0; i < WARM_UP + times; i++) {
                    TaskSpec task = task(Files.createDirectories(directory.resolve("task-" + i)), i);
                    driver.prepare(task);
                    long begun = System.nanoTime();
                    tasks.add(driver.start(task));
                    long started = System.nanoTime();
                    forks.add(new ProcessBuilder(COMMAND).start());
                    long forked = System.nanoTime();
                    if (i >= WARM_UP) {
                        byDriver.add((started - begun) / 1_000);
                        byFork.add((forked - started) / 1_000);
                    }
                }
            } finally {
                forks.forEach(Process::destroyForcibly);
                tasks.forEach(task -> {
                    driver.stop(task, Duration.ZERO);
                    driver.remove(task);
                });
            }
        }
        return new Starts(byDriver.sort(), byFork.sort());
    }

    double driver(double part) {
        return byDriver.at(part) / MICROS_PER_MILLI;
    }

    double raw(double part) {
        return byFork.at(part) / MICROS_PER_MILLI;
    }

    private static TaskSpec task(Path directory, int number) {
        return new TaskSpec(
                "starts-" + number,
                "default",
                "default",
                "starts-" + number,
                0,
                Container.of("main", null, COMMAND),
                Map.of(),
                List.of(),
                directory,
                MEMORY,
                CPU_MILLIS,
                false,
                "starts-" + number,
                List.of(),
                null);
    }
}

package org.kochab.runtime.process.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.model.Container;
import org.kochab.hosttasks.HostTasks;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;

/** Really runs a process, to see whether the driver works here. */
final class Trial {
    private static final int CODE = 7;
    private static final long SECONDS = 20;

    private final HostTasks tasks;
    private final Path directory;

    Trial(HostTasks tasks, Path directory) {
        this.tasks = tasks;
        this.directory = directory.toAbsolutePath().resolve("trial");
    }

    RuntimeProbe run(List<String> limits) {
        try {
            TaskHandle handle = tasks.start(task(Files.createDirectories(directory), limits));
            try {
                TaskExit exit = tasks.exit(handle).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
                String output = tasks.output(handle, -1);
                boolean ok = exit.exitCode() == CODE && output.equals("kochab\n");
                return new RuntimeProbe(
                        ok,
                        ok ? "" : "a trial process ended with " + exit.exitCode() + " and said '" + output + "'",
                        ok ? limits : List.of());
            } finally {
                tasks.stop(handle, java.time.Duration.ZERO);
                tasks.remove(handle);
            }
        } catch (RuntimeFailure | IOException | ExecutionException | TimeoutException e) {
            return new RuntimeProbe(false, "a trial process could not be run: " + e.getMessage(), List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RuntimeProbe(false, "interrupted", List.of());
        }
    }

    private static TaskSpec task(Path directory, List<String> limits) {
        Container container = Container.of("trial", null, List.of("sh", "-c", "echo kochab; exit " + CODE));
        return TaskSpec.trial(
                container,
                directory,
                limits.contains("memory") ? 256L << 20 : null,
                limits.contains("cpu") ? 1000L : null);
    }
}

package org.kochab.runtime.vm.internal;

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
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;

/** Really boots a machine that says one line and powers itself off. */
final class Trial {
    private static final long MEMORY = 32 << 20;
    private static final String LINE = "kochab\n";

    private final Machines machines;
    private final HostTasks tasks;
    private final Path directory;

    Trial(Machines machines, HostTasks tasks, Path directory) {
        this.machines = machines;
        this.tasks = tasks;
        this.directory = directory.resolve("trial");
    }

    /** @return why no machine boots with this accelerator; empty if one did */
    String run(String accelerator, long seconds) {
        TaskSpec task = task(accelerator);
        try {
            Files.createDirectories(task.directory());
            Path disk = directory.resolve("disk");
            Files.write(disk, new BootSector().say(LINE).powerOff().disk());
            Machine machine = new Machine(
                    new MachineImages.MachineImage(null, null, "", new MachineImages.Disk(disk, "raw")),
                    MEMORY,
                    1,
                    false,
                    List.of(),
                    null);
            TaskHandle handle = machines.launch(task, machine, accelerator);
            try {
                TaskExit exit = tasks.exit(handle).toCompletableFuture().get(seconds, TimeUnit.SECONDS);
                String output = tasks.output(handle, -1);
                boolean ok = exit.exitCode() == 0 && output.equals(LINE);
                return ok ? "" : "a trial machine ended with " + exit.exitCode() + " and said '" + output + "'";
            } finally {
                tasks.kill(handle);
                machines.remove(handle);
            }
        } catch (TimeoutException e) {
            return "a trial machine did not boot and power off within " + seconds + " s";
        } catch (RuntimeFailure | IOException | ExecutionException e) {
            return "a trial machine could not be run: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private TaskSpec task(String accelerator) {
        return TaskSpec.trial(
                Container.of(accelerator, null, List.of()),
                directory.resolve(accelerator),
                MEMORY,
                tasks.limits().contains("cpu") ? 1000L : null);
    }
}

package org.kochab.runtime.vm.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.hosttasks.HostTasks;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;

/** Machines as processes of the host: QEMU, each with its monitor. */
final class Machines {
    private static final long ANSWER_SECONDS = 30;
    private static final long LOOK_EVERY_MILLIS = 5;

    private final HostTasks tasks;
    private final Monitors monitors;
    private final long overheadBytes;
    private final int user;

    /** @param user what QEMU becomes; 0 to remain what the agent is */
    Machines(HostTasks tasks, Monitors monitors, long overheadBytes, int user) {
        this.tasks = tasks;
        this.monitors = monitors;
        this.overheadBytes = overheadBytes;
        this.user = user;
    }

    /** Starts QEMU; returns when its monitor answers, or the guest has ended already. After a failure nothing is left. */
    TaskHandle launch(TaskSpec task, Machine machine, String accelerator) {
        TaskHandle handle = HostTasks.handle(task);
        Path directory = task.directory().toAbsolutePath();
        Path memory = directory.resolve(Qcow2Files.MEMORY + ".qcow2");
        Path overlay = directory.resolve("disk.qcow2");
        List<String> words = new ArrayList<>(Suspension.words(directory));
        words.addAll(machine.words(
                HostTasks.name(handle),
                Monitors.uuid(handle),
                monitors.socket(handle),
                memory,
                overlay,
                accelerator,
                user));
        try {
            Suspension.prepare(directory);
            Qcow2Files.memory(memory);
            if (machine.image().disk() != null) {
                Qcow2Files.overlay(overlay, machine.image().disk());
            }
            Files.createDirectories(monitors.place(handle));
            if (machine.seed() != null) {
                CloudInit.write(task, machine.seed(), user);
            }
            tasks.start(process(task, machine, words));
        } catch (IOException | RuntimeException e) {
            remove(handle);
            throw e instanceof RuntimeFailure f
                    ? f
                    : new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot start the machine: " + e, e);
        }
        try {
            awaitMonitor(handle);
            return handle;
        } catch (RuntimeFailure e) {
            tasks.kill(handle);
            remove(handle);
            throw e;
        }
    }

    /** QEMU as a process: what it writes goes into the task's directory. */
    private TaskSpec process(TaskSpec task, Machine machine, List<String> words) {
        Container container = Container.of(task.container().name(), null, words);
        Path work = task.directory().toAbsolutePath().resolve("work");
        return new TaskSpec(
                task.podUid(),
                task.tenant(),
                task.namespace(),
                task.podName(),
                task.attempt(),
                container,
                Map.of("TMPDIR", work.toString()),
                List.of(),
                task.directory(),
                memoryLimit(machine),
                cpuLimit(task),
                false,
                null,
                List.of(),
                null);
    }

    /** The machine's size is a limit itself; this one is for QEMU. */
    private @Nullable Long memoryLimit(Machine machine) {
        return tasks.limits().contains("memory") ? machine.memoryBytes() + overheadBytes : null;
    }

    /** Gives QEMU its new share of the processors. */
    void update(TaskHandle handle, TaskSpec task) {
        tasks.update(handle, null, cpuLimit(task));
    }

    /** Whole processors are a limit by their number. */
    private @Nullable Long cpuLimit(TaskSpec task) {
        Long millis = task.cpuMillis();
        boolean whole = millis != null && millis > 0 && millis % 1000 == 0;
        return whole && !tasks.limits().contains("cpu") ? null : millis;
    }

    private void awaitMonitor(TaskHandle handle) {
        CompletableFuture<TaskExit> exit = tasks.exit(handle).toCompletableFuture();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
        while (System.nanoTime() - end < 0) {
            if (exit.isDone()) {
                String why = tasks.output(handle, 1).strip();
                if (exit.join().exitCode() != 0 && why.startsWith(Machine.PROGRAM)) {
                    throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the machine cannot be made: " + why);
                }
                return;
            }
            if (monitors.ask(handle).isPresent()) {
                return;
            }
            try {
                Thread.sleep(LOOK_EVERY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "interrupted", e);
            }
        }
        throw new RuntimeFailure(
                RuntimeFailure.Code.TEMPORARY, "the machine's monitor does not answer within " + ANSWER_SECONDS + " s");
    }

    /** Frees all that a machine had, which has ended. */
    void remove(TaskHandle handle) {
        tasks.remove(handle);
        try {
            monitors.forget(handle);
        } catch (IOException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "a machine's files cannot be deleted: " + e.getMessage(), e);
        }
    }
}

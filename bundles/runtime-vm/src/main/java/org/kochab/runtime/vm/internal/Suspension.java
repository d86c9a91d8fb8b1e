package org.kochab.runtime.vm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.kochab.hosttasks.HostTasks;
import org.kochab.spi.runtime.TaskHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Suspends machines to disk and lets them go on. A suspended machine is a snapshot in the task's directory, without QEMU; the script that QEMU runs under waits meanwhile, so that the task
 * is there for everybody. How far it is, files in that directory and QEMU's jobs say, never this object: whoever comes after a driver that was killed goes on where that was. Any
 * thread.
 */
final class Suspension {
    private static final Logger LOG = LoggerFactory.getLogger(Suspension.class);
    private static final String SCRIPT = "machine.sh";
    /** That it was begun and is not over; whether the machine ran before. */
    private static final String BEGUN = "suspension";
    /** That all of the machine is on disk. */
    private static final String SUSPENDED = "suspended";
    /** Said by the script: QEMU has ended, and starts again once this is gone. */
    private static final String ASLEEP = "asleep";

    private static final String SAVE_JOB = "suspend";
    private static final String LOAD_JOB = "resume";
    private static final String DROP_JOB = "forget";
    private static final List<String> JOBS = List.of(SAVE_JOB, LOAD_JOB, DROP_JOB);
    private static final long LOOK_EVERY_MILLIS = 50;

    private final Monitors monitors;
    private final Predicate<TaskHandle> runs;
    private final Set<String> busy;
    private final Duration limit;

    /**
     * @param runs whether a machine's process is there
     * @param busy machines with which something is being done that must be the only thing
     * @param limit how long a call may take; what takes longer goes on in QEMU, and the next call finds it
     */
    Suspension(Monitors monitors, Predicate<TaskHandle> runs, Set<String> busy, Duration limit) {
        this.monitors = monitors;
        this.runs = runs;
        this.busy = busy;
        this.limit = limit;
    }

    /** In front of QEMU's command. */
    static List<String> words(Path directory) {
        return List.of("sh", directory.resolve(SCRIPT).toString(), directory.toString());
    }

    /** Makes a task's directory ready for the first start of QEMU. */
    static void prepare(Path directory) throws IOException {
        for (String former : List.of(BEGUN, SUSPENDED, ASLEEP)) {
            Files.deleteIfExists(directory.resolve(former));
        }
        try (InputStream in = Suspension.class.getResourceAsStream(SCRIPT)) {
            Files.copy(Objects.requireNonNull(in), directory.resolve(SCRIPT), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Whether all of the machine is on disk, and QEMU has ended or is about to end. */
    static boolean isSuspended(TaskHandle machine) {
        return Files.exists(file(machine, SUSPENDED));
    }

    private static boolean isAsleep(TaskHandle machine) {
        return Files.exists(file(machine, ASLEEP));
    }

    private static Path file(TaskHandle machine, String name) {
        return Path.of(machine.data()).resolve(name);
    }

    /** Returns when the machine is on disk and uses neither memory nor processors. */
    void suspend(TaskHandle machine) {
        if (!Files.exists(file(machine, SCRIPT))) {
            throw NotYet.because(
                    "the machine was started by an earlier version, which could not suspend: delete the pod and make it again",
                    null);
        }
        until(machine, this::suspended);
    }

    /** Returns when the machine is no more suspended; its processors stand still then. Nothing if it is not. */
    void resume(TaskHandle machine) {
        if (Files.exists(file(machine, BEGUN))) {
            until(machine, new Resume());
        }
    }

    private interface Step {
        /** @return whether that was the last one */
        boolean take(TaskHandle machine) throws IOException;
    }

    private final class Resume implements Step {
        private boolean woken;

        @Override
        public boolean take(TaskHandle machine) throws IOException {
            if (!isAsleep(machine)) {
                return resumed(machine);
            }
            if (woken) {
                throw NotYet.because("QEMU does not start again: the machine's console says why", null);
            }
            woken = true;
            Files.delete(file(machine, ASLEEP));
            return false;
        }
    }

    private void until(TaskHandle machine, Step step) {
        if (!busy.add(HostTasks.name(machine))) {
            throw NotYet.because("an action of this machine is under way", null);
        }
        try {
            long end = System.nanoTime() + limit.toNanos();
            IOException silent = null;
            do {
                if (!runs.test(machine)) {
                    throw NotYet.because("the machine has ended", null);
                }
                try {
                    if (step.take(machine)) {
                        return;
                    }
                    silent = null;
                } catch (IOException e) {
                    // While it takes or loads a snapshot, QEMU does not answer, and while it ends or starts neither.
                    silent = e;
                }
                Thread.sleep(LOOK_EVERY_MILLIS);
            } while (System.nanoTime() - end < 0);
            throw NotYet.overdue(silent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw NotYet.because("interrupted", e);
        } finally {
            busy.remove(HostTasks.name(machine));
        }
    }

    // ---- to disk

    private boolean suspended(TaskHandle machine) throws IOException {
        if (isAsleep(machine)) {
            return true;
        }
        try (Qmp qmp = monitors.open(machine)) {
            Optional<JsonNode> job = job(qmp);
            if (job.isPresent()) {
                settleSave(machine, qmp, job.get());
            } else if (isSuspended(machine)) {
                quit(qmp);
            } else {
                save(machine, qmp);
            }
        }
        return false;
    }

    private static void save(TaskHandle machine, Qmp qmp) throws IOException {
        if (!Files.exists(file(machine, BEGUN))) {
            write(machine, BEGUN, Boolean.toString(!Monitors.isPaused(qmp)));
        }
        qmp.call("stop");
        Snapshots.Disks disks = Snapshots.of(qmp);
        if (disks.suspended()) {
            Snapshots.begin(qmp, Snapshots.DELETE, DROP_JOB, Snapshots.SUSPENDED, disks);
        } else {
            Snapshots.begin(qmp, Snapshots.SAVE, SAVE_JOB, Snapshots.SUSPENDED, disks);
        }
    }

    private static void settleSave(TaskHandle machine, Qmp qmp, JsonNode job) throws IOException {
        if (!isOver(job)) {
            return;
        }
        Optional<String> error = error(job);
        if (error.isEmpty() && is(job, SAVE_JOB)) {
            write(machine, SUSPENDED, "");
        }
        dismiss(qmp, job);
        if (error.isPresent() && !is(job, LOAD_JOB)) {
            if (Files.readString(file(machine, BEGUN)).equals("true")) {
                qmp.call("cont");
            }
            Files.deleteIfExists(file(machine, BEGUN));
            throw NotYet.because("the machine cannot be suspended: " + error.get(), null);
        }
    }

    // ---- from disk

    private boolean resumed(TaskHandle machine) throws IOException {
        try (Qmp qmp = monitors.open(machine)) {
            Optional<JsonNode> job = job(qmp);
            if (job.isPresent()) {
                settleLoad(machine, qmp, job.get());
                return false;
            }
            if (isSuspended(machine)) {
                Snapshots.begin(qmp, Snapshots.LOAD, LOAD_JOB, Snapshots.SUSPENDED, Snapshots.of(qmp));
                return false;
            }
            Files.deleteIfExists(file(machine, BEGUN));
            return true;
        }
    }

    private static void settleLoad(TaskHandle machine, Qmp qmp, JsonNode job) throws IOException {
        if (!isOver(job)) {
            return;
        }
        Optional<String> error = error(job);
        if (error.isEmpty() && is(job, LOAD_JOB)) {
            Files.deleteIfExists(file(machine, SUSPENDED));
        }
        dismiss(qmp, job);
        if (error.isPresent() && is(job, LOAD_JOB)) {
            // What is on disk is whole: the next attempt begins with another QEMU.
            quit(qmp);
            throw NotYet.because("the machine cannot be resumed: " + error.get(), null);
        }
    }

    // ---- jobs

    private static Optional<JsonNode> job(Qmp qmp) throws IOException {
        for (JsonNode job : qmp.call("query-jobs")) {
            if (JOBS.contains(job.path("id").asText())) {
                return Optional.of(job);
            }
        }
        return Optional.empty();
    }

    private static boolean is(JsonNode job, String id) {
        return job.path("id").asText().equals(id);
    }

    private static boolean isOver(JsonNode job) {
        return job.path("status").asText().equals("concluded");
    }

    private static Optional<String> error(JsonNode job) {
        return job.has("error") ? Optional.of(job.path("error").asText()) : Optional.empty();
    }

    private static void quit(Qmp qmp) {
        try {
            qmp.call("quit");
        } catch (IOException e) {
            // It may end before it has answered; whether it has, the script says.
            LOG.debug("QEMU ends: {}", e.getMessage());
        }
    }

    private static void dismiss(Qmp qmp, JsonNode job) throws IOException {
        qmp.call("job-dismiss", Map.of("id", job.path("id").asText()));
    }

    private static void write(TaskHandle machine, String name, String text) throws IOException {
        Path fresh = file(machine, name + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, file(machine, name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

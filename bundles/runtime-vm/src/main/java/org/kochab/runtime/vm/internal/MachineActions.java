package org.kochab.runtime.vm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.kochab.hosttasks.HostTasks;
import org.kochab.spi.runtime.ActionEnd;
import org.kochab.spi.runtime.ActionEnd.Result;
import org.kochab.spi.runtime.TaskAction;
import org.kochab.spi.runtime.TaskHandle;

/**
 * Reboot, snapshot and restore of machines over their monitors. Snapshots are internal ones of QEMU, of the memory and all disks that can be written; QEMU takes and loads them as jobs, which
 * have names and stay until they are dismissed. So QEMU itself knows what became of an action whose driver was killed: first the job's end is written down, then the job
 * is dismissed, and what is neither written down nor a job was not begun. Any thread.
 */
final class MachineActions {
    static final int MOST_SNAPSHOTS = 8;

    private static final String JOB = "action-";
    private static final String MAKE_ROOM = "room-";
    /** What a machine is in after a snapshot could not be loaded. */
    private static final String HALF_RESTORED = "restore-vm";

    private static final long LOOK_EVERY_MILLIS = 50;

    private final Monitors monitors;
    private final Predicate<TaskHandle> runs;
    private final Set<String> busy;

    /**
     * @param runs whether a machine's process is there
     * @param busy machines with which something is being done that must be the only thing
     */
    MachineActions(Monitors monitors, Predicate<TaskHandle> runs, Set<String> busy) {
        this.monitors = monitors;
        this.runs = runs;
        this.busy = busy;
    }

    /** See {@link org.kochab.spi.runtime.RuntimeDriver#act}. */
    ActionEnd act(TaskHandle machine, String id, TaskAction action, Duration limit) {
        if (!busy.add(HostTasks.name(machine))) {
            throw NotYet.because("another action of this machine is under way", null);
        }
        try {
            Optional<ActionEnd> known = ActionRecords.end(machine, id);
            if (known.isPresent()) {
                return known.get();
            }
            if (Suspension.isSuspended(machine)) {
                return ended(
                        machine,
                        id,
                        new ActionEnd(
                                Result.REFUSED,
                                "The machine is suspended: set its powerSpec to Running, and try again."));
            }
            return action instanceof TaskAction.Reboot
                    ? reboot(machine, id)
                    : job(machine, id, action, System.nanoTime() + limit.toNanos());
        } catch (IOException e) {
            throw NotYet.because("the machine cannot be asked: " + e.getMessage(), e);
        } finally {
            busy.remove(HostTasks.name(machine));
        }
    }

    private ActionEnd reboot(TaskHandle machine, String id) throws IOException {
        if (ActionRecords.begun(machine, id)) {
            return ended(
                    machine,
                    id,
                    new ActionEnd(
                            Result.INTERRUPTED,
                            "The agent was ended while it reset the machine, which may have been reset or not."));
        }
        try (Qmp qmp = monitors.open(machine)) {
            boolean stopped = status(qmp).equals(HALF_RESTORED);
            ActionRecords.begin(machine, id);
            try {
                qmp.call("system_reset");
                if (stopped) {
                    qmp.call("cont");
                }
            } catch (IOException e) {
                return ended(
                        machine,
                        id,
                        new ActionEnd(
                                Result.INTERRUPTED,
                                "The machine's monitor did not confirm the reset (" + e.getMessage()
                                        + "): the machine may have been reset or not."));
            }
            return ended(machine, id, new ActionEnd(Result.DONE, "The machine was reset."));
        }
    }

    private static String status(Qmp qmp) throws IOException {
        return qmp.call("query-status").path("status").asText();
    }

    private static ActionEnd ended(TaskHandle machine, String id, ActionEnd end) throws IOException {
        ActionRecords.end(machine, id, end);
        return end;
    }

    /** Begins the action's job, unless it was begun before, and waits for its end. */
    private ActionEnd job(TaskHandle machine, String id, TaskAction action, long end) throws IOException {
        IOException silent = null;
        do {
            if (!runs.test(machine)) {
                throw NotYet.because("the machine has ended", null);
            }
            // While it takes or loads a snapshot, QEMU does not answer.
            try (Qmp qmp = monitors.open(machine)) {
                silent = null;
                List<String> jobs = settle(qmp, machine);
                Optional<ActionEnd> known = ActionRecords.end(machine, id);
                if (known.isPresent()) {
                    return known.get();
                }
                if (jobs.isEmpty()) {
                    Optional<String> refused = begin(qmp, id, action);
                    if (refused.isPresent()) {
                        return ended(machine, id, new ActionEnd(Result.REFUSED, refused.get()));
                    }
                }
            } catch (IOException e) {
                silent = e;
            }
            pause();
        } while (System.nanoTime() - end < 0);
        throw NotYet.overdue(silent);
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw NotYet.because("interrupted", e);
        }
    }

    /** Writes down how the jobs ended that have, and dismisses them. @return those that have not */
    private static List<String> settle(Qmp qmp, TaskHandle machine) throws IOException {
        List<String> under = new ArrayList<>();
        for (JsonNode job : qmp.call("query-jobs")) {
            String name = job.path("id").asText();
            if (!name.startsWith(JOB) && !name.startsWith(MAKE_ROOM)) {
                continue;
            }
            if (!job.path("status").asText().equals("concluded")) {
                under.add(name);
                continue;
            }
            if (name.startsWith(JOB)) {
                ActionRecords.end(machine, name.substring(JOB.length()), end(qmp, job));
            } else if (job.has("error")) {
                String why = "The former snapshot of that name could not be deleted: "
                        + job.path("error").asText() + ".";
                ActionRecords.end(machine, name.substring(MAKE_ROOM.length()), new ActionEnd(Result.FAILED, why));
            }
            qmp.call("job-dismiss", Map.of("id", name));
        }
        return under;
    }

    private static ActionEnd end(Qmp qmp, JsonNode job) throws IOException {
        boolean save = job.path("type").asText().equals(Snapshots.SAVE);
        if (job.has("error")) {
            String why = job.path("error").asText();
            return new ActionEnd(
                    Result.FAILED,
                    save
                            ? "The snapshot could not be taken: " + why + "."
                            : "The snapshot could not be loaded: " + why + "."
                                    + (status(qmp).equals(HALF_RESTORED)
                                            ? " The machine stands still: reboot it, or delete the pod."
                                            : ""));
        }
        return new ActionEnd(
                Result.DONE,
                (save ? "The snapshot was taken." : "The machine is back at the snapshot.") + " "
                        + listed(Snapshots.of(qmp)));
    }

    private static String listed(Snapshots.Disks disks) {
        return disks.snapshots().isEmpty()
                ? "This run of the machine has no snapshots."
                : "Snapshots of this run of the machine: " + String.join(", ", disks.snapshots()) + ".";
    }

    /** @return why it cannot be done, if it cannot */
    private static Optional<String> begin(Qmp qmp, String id, TaskAction action) throws IOException {
        Snapshots.Disks disks = Snapshots.of(qmp);
        if (!disks.names().contains(Qcow2Files.MEMORY)) {
            return Optional.of(
                    "The machine was started by an earlier version, without room for snapshots: delete the pod and make it again.");
        }
        if (action instanceof TaskAction.Restore restore) {
            if (!disks.snapshots().contains(restore.name())) {
                return Optional.of("There is no snapshot " + restore.name() + ". " + listed(disks));
            }
            Snapshots.begin(qmp, Snapshots.LOAD, JOB + id, restore.name(), disks);
        } else if (action instanceof TaskAction.Snapshot snapshot) {
            if (disks.snapshots().contains(snapshot.name())) {
                Snapshots.begin(qmp, Snapshots.DELETE, MAKE_ROOM + id, snapshot.name(), disks);
            } else if (disks.snapshots().size() >= MOST_SNAPSHOTS) {
                return Optional.of("A machine has at most " + MOST_SNAPSHOTS
                        + " snapshots: use the name of one, to replace it. " + listed(disks));
            } else {
                Snapshots.begin(qmp, Snapshots.SAVE, JOB + id, snapshot.name(), disks);
            }
        }
        return Optional.empty();
    }
}

package org.kochab.agent.internal.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Checkpoint.SavedContainer;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodStatus;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;

/** One container of one pod: its runs, one after the other. */
final class ContainerRun {
    enum Phase {
        WAITING,
        RECOVERING,
        STARTING,
        RUNNING,
        STOPPING,
        DONE
    }

    private static final String LOST = "nothing was left of it, perhaps after a restart of the machine";
    private static final long STOP_AGAIN_AFTER = 5_000;

    Container spec;
    final boolean init;
    Phase phase;
    private final CrashLoop crashes;
    private int attempt;
    private int restarts;
    private @Nullable TaskHandle handle;
    private @Nullable TaskHandle previous;
    private final List<TaskHandle> stale = new ArrayList<>();
    private @Nullable String runtimeId;
    private @Nullable Instant startedAt;
    private long startedMillis;
    private boolean passedStartup;
    private boolean ready;
    private PodStatus.@Nullable Terminated ended;
    private PodStatus.@Nullable Terminated last;
    private String reason;
    private @Nullable String message;
    private @Nullable String killed;
    private boolean asked;
    private long notBefore;
    private List<ProbeCycle> probes = List.of();
    private final Resizing resizing;

    ContainerRun(Container spec, boolean init, Sizing wanted) {
        this(spec, init, wanted, SavedContainer.fresh(spec.name()));
    }

    ContainerRun(Container spec, boolean init, Sizing wanted, SavedContainer saved) {
        this.spec = spec;
        resizing = new Resizing(wanted, saved);
        this.init = init;
        attempt = saved.attempt();
        restarts = saved.restarts();
        handle = saved.handle();
        previous = saved.previous();
        startedAt = saved.startedAt();
        passedStartup = saved.passedStartup();
        ready = saved.ready();
        crashes = new CrashLoop(saved.crashLevel());
        ended = saved.ended();
        last = saved.last();
        reason = "ContainerCreating";
        phase = ended != null ? Phase.DONE : saved.launched() ? Phase.RECOVERING : Phase.WAITING;
    }

    SavedContainer saved() {
        return new SavedContainer(
                spec.name(),
                attempt,
                restarts,
                phase == Phase.STARTING || phase == Phase.RECOVERING || live(),
                handle,
                previous,
                startedAt,
                passedStartup,
                ready,
                crashes.level(),
                ended,
                last,
                resizing.inForce(),
                resizing.restarting());
    }

    Resizing resizing() {
        return resizing;
    }

    boolean live() {
        return phase == Phase.RUNNING || phase == Phase.STOPPING;
    }

    boolean quiet() {
        return phase == Phase.DONE || phase == Phase.WAITING;
    }

    boolean ready() {
        return phase == Phase.RUNNING && ready && !resizing.inForce().isStill();
    }

    int attempt() {
        return attempt;
    }

    int restarts() {
        return restarts;
    }

    long notBefore() {
        return notBefore;
    }

    @Nullable
    TaskHandle handle() {
        return handle;
    }

    @Nullable
    TaskHandle previous() {
        return previous;
    }

    PodStatus.@Nullable Terminated ended() {
        return ended;
    }

    boolean ranBefore() {
        return last != null;
    }

    /** Runs of this container that are of no use any more; the caller has them removed. */
    List<TaskHandle> takeStale() {
        List<TaskHandle> taken = List.copyOf(stale);
        stale.clear();
        return taken;
    }

    void waitFor(String newReason, @Nullable String newMessage) {
        if (last == null || attempt < 0) {
            reason = newReason;
            message = newMessage;
        }
    }

    /** Is not started for now, whether or not it ran before. */
    void hold(String newReason, String newMessage) {
        reason = newReason;
        message = newMessage;
    }

    // ---- starting

    int begin() {
        if (handle != null) {
            if (previous != null) {
                stale.add(previous);
            }
            previous = handle;
            handle = null;
            attempt++;
        } else if (attempt < 0) {
            attempt = 0;
        }
        phase = Phase.STARTING;
        resizing.begun();
        ended = null;
        killed = null;
        passedStartup = spec.startupProbe() == null;
        ready = passedStartup && spec.readinessProbe() == null;
        return attempt;
    }

    void started(TaskHandle newHandle, @Nullable String id, Moment now) {
        handle = newHandle;
        startedAt = now.wall();
        running(id, now);
    }

    private void running(@Nullable String id, Moment now) {
        phase = Phase.RUNNING;
        resizing.running();
        runtimeId = id;
        startedMillis = now.millis();
        asked = false;
        notBefore = 0;
        List<ProbeCycle> cycles = new ArrayList<>();
        if (spec.startupProbe() != null && !passedStartup) {
            cycles.add(new ProbeCycle(ProbeCycle.Kind.STARTUP, spec.startupProbe(), now.millis(), false));
        }
        if (spec.livenessProbe() != null) {
            cycles.add(new ProbeCycle(ProbeCycle.Kind.LIVENESS, spec.livenessProbe(), now.millis(), true));
        }
        if (spec.readinessProbe() != null) {
            cycles.add(new ProbeCycle(ProbeCycle.Kind.READINESS, spec.readinessProbe(), now.millis(), ready));
        }
        probes = cycles;
    }

    /** A run that could not be started. A command that does not exist counts as a run that failed. */
    void startFailed(RuntimeFailure.Code code, String why, boolean again, Moment now) {
        if (code == RuntimeFailure.Code.COMMAND) {
            startedAt = now.wall();
            startedMillis = now.millis();
            end(
                    new PodStatus.Terminated(127, null, "ContainerCannotRun", why, now.wall(), now.wall()),
                    again,
                    true,
                    now);
            return;
        }
        phase = Phase.WAITING;
        notBefore = now.millis() + Math.max(2_000, crashes.ended(0));
        message = why;
        reason = switch (code) {
            case IMAGE -> "ImagePullBackOff";
            case INVALID -> "CreateContainerConfigError";
            case COMMAND, TEMPORARY -> "RunContainerError";
        };
    }

    // ---- after a restart of the agent

    void adopt(TaskHandle found) {
        handle = found;
        attempt = found.attempt();
        phase = Phase.RECOVERING;
    }

    /** The run that was to be started never came to be: it is started under the same number, which drivers do at most once. */
    void neverLaunched() {
        phase = Phase.WAITING;
    }

    void recovered(String id, Moment now) {
        if (phase != Phase.STOPPING) {
            if (startedAt == null) {
                startedAt = now.wall();
            }
            running(id, now);
        }
    }

    void lost(String why, boolean again, Moment now) {
        killed = why.isEmpty() ? LOST : why;
        end(new PodStatus.Terminated(137, null, "Lost", killed, startedAt, now.wall()), again, false, now);
    }

    // ---- ending

    void exited(TaskExit exit, boolean again, Moment now) {
        String why = exit.outOfMemory() ? "OOMKilled" : exit.exitCode() == 0 ? "Completed" : "Error";
        Integer signal = exit.signal() == 0 ? null : exit.signal();
        end(
                new PodStatus.Terminated(exit.exitCode(), signal, why, killed, startedAt, exit.finishedAt()),
                again,
                true,
                now);
    }

    private void end(PodStatus.Terminated how, boolean again, boolean own, Moment now) {
        probes = List.of();
        boolean crashed = own && !resizing.restarting();
        resizing.ended();
        ready = false;
        asked = false;
        runtimeId = null;
        if (handle == null && attempt >= 0) {
            // A run without a task: its number is used up, so that the next one is a new task.
            attempt++;
        }
        if (!again) {
            phase = Phase.DONE;
            ended = how;
            return;
        }
        last = how;
        restarts++;
        phase = Phase.WAITING;
        // What the machine did to a container is not held against it.
        long wait = crashed ? crashes.ended(now.millis() - startedMillis) : 0;
        notBefore = now.millis() + wait;
        reason = wait == 0 ? "ContainerCreating" : "CrashLoopBackOff";
        message = wait == 0
                ? null
                : "waits " + wait / 1000 + " s before it is started again; it ended with exit code " + how.exitCode();
    }

    /** Will not be started (again). */
    void giveUp() {
        phase = Phase.DONE;
        if (ended == null) {
            ended = last;
        }
    }

    /** Starts from the beginning, as after a restart of the machine. */
    void reset() {
        if (phase == Phase.DONE) {
            last = ended;
            ended = null;
            restarts++;
            phase = Phase.WAITING;
            notBefore = 0;
        }
    }

    boolean mayStop(Moment now) {
        return phase == Phase.RUNNING && now.millis() >= notBefore && !resizing.underWay();
    }

    void stopping(@Nullable String why) {
        phase = Phase.STOPPING;
        if (killed == null) {
            killed = why;
        }
    }

    void stopFailed(Moment now) {
        if (phase == Phase.STOPPING) {
            phase = Phase.RUNNING;
            notBefore = now.millis() + STOP_AGAIN_AFTER;
        }
    }

    boolean askOnce() {
        boolean first = !asked;
        asked = true;
        return first;
    }

    void askAgain() {
        asked = false;
    }

    @Nullable
    String killed() {
        return killed;
    }

    // ---- probes

    long nextProbe() {
        long next = Long.MAX_VALUE;
        for (ProbeCycle cycle : probes) {
            if (runs(cycle)) {
                next = Math.min(next, cycle.due());
            }
        }
        return phase == Phase.RUNNING ? next : Long.MAX_VALUE;
    }

    List<ProbeCycle> dueProbes(Moment now) {
        List<ProbeCycle> due = new ArrayList<>();
        for (ProbeCycle cycle : probes) {
            if (phase == Phase.RUNNING && runs(cycle) && cycle.due() <= now.millis()) {
                cycle.begun(now.millis());
                due.add(cycle);
            }
        }
        return due;
    }

    private boolean runs(ProbeCycle cycle) {
        return cycle.kind() == ProbeCycle.Kind.STARTUP ? !passedStartup : passedStartup;
    }

    /** @return why the container is to be killed, or null */
    @Nullable
    String probed(ProbeCycle.Kind kind, boolean ok, String detail) {
        for (ProbeCycle cycle : probes) {
            if (cycle.kind() != kind) {
                continue;
            }
            ProbeCycle.Verdict verdict = cycle.result(ok);
            if (kind == ProbeCycle.Kind.READINESS) {
                ready = passedStartup && cycle.passing();
            } else if (kind == ProbeCycle.Kind.STARTUP && verdict == ProbeCycle.Verdict.PASSED) {
                passedStartup = true;
                ready = spec.readinessProbe() == null;
            } else if (verdict == ProbeCycle.Verdict.FAILED) {
                return kind.name().toLowerCase(java.util.Locale.ROOT) + " probe failed: " + detail;
            }
        }
        return null;
    }

    // ---- status

    PodStatus.ContainerStatus status(String kind) {
        PodStatus.State now;
        if (live()) {
            now = new PodStatus.State(null, new PodStatus.Running(startedAt), null);
        } else if (phase == Phase.DONE && ended != null) {
            now = new PodStatus.State(null, null, ended);
        } else {
            now = new PodStatus.State(new PodStatus.Waiting(reason, message), null, null);
        }
        return new PodStatus.ContainerStatus(
                spec.name(),
                spec.image(),
                null,
                runtimeId == null ? null : kind + "://" + runtimeId,
                ready() || init && ended != null && ended.exitCode() == 0,
                restarts,
                now,
                last == null ? null : new PodStatus.State(null, null, last),
                live() ? resizing.inForce().resources() : null);
    }
}

package org.kochab.agent.internal.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Checkpoint.End;
import org.kochab.api.model.Condition;
import org.kochab.api.model.PodStatus;

/** A pod's status as Kubernetes users know it. */
final class PodView {
    private PodView() {}

    static PodStatus of(
            PodRun pod,
            @Nullable PodStatus before,
            @Nullable End end,
            Instant startTime,
            @Nullable String hostIp,
            @Nullable String podIp,
            List<ContainerRun> inits,
            List<ContainerRun> mains,
            Instant now) {
        boolean initialised =
                inits.stream().allMatch(c -> c.ended() != null && c.ended().exitCode() == 0);
        List<String> unready =
                mains.stream().filter(c -> !c.ready()).map(c -> c.spec.name()).toList();
        boolean over = end != null && mains.stream().noneMatch(ContainerRun::live);
        String why = over ? "PodCompleted" : "ContainersNotReady";
        String which = unready.isEmpty() ? null : "containers not ready: " + String.join(", ", unready);
        List<Condition> conditions = new ArrayList<>();
        add(conditions, before, now, "PodScheduled", true, null, null);
        add(conditions, before, now, "Initialized", initialised, initialised ? null : "ContainersNotInitialized", null);
        for (String type : List.of("ContainersReady", "Ready")) {
            boolean ready = unready.isEmpty() && !pod.leaving() && end == null;
            add(conditions, before, now, type, ready, ready ? null : why, ready ? null : which);
        }
        if (end == null && !pod.leaving() && !pod.resized()) {
            String failed = mains.stream()
                    .map(c -> c.resizing().failure())
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            add(conditions, before, now, "PodResizeInProgress", true, failed == null ? null : "Error", failed);
        }
        // A pod that is to end for a reason of its own still runs until its containers have stopped.
        boolean stopped = end != null && mains.stream().allMatch(ContainerRun::quiet);
        String phase = stopped ? end.phase() : running(pod, inits, mains);
        return new PodStatus(
                phase,
                end == null ? power(mains) : end.reason(),
                end == null ? null : end.message(),
                hostIp,
                podIp,
                startTime,
                conditions,
                mains.stream().map(c -> c.status(pod.kind())).toList(),
                inits.stream().map(c -> c.status(pod.kind())).toList(),
                null);
    }

    /** A machine that was told not to run says so. */
    private static @Nullable String power(List<ContainerRun> mains) {
        return mains.stream()
                .map(c -> c.live() ? c.resizing().inForce() : c.resizing().wanted())
                .filter(s -> s.isStill() || s.isOff())
                .map(Sizing::power)
                .findFirst()
                .orElse(null);
    }

    private static String running(PodRun pod, List<ContainerRun> inits, List<ContainerRun> mains) {
        if (pod.leaving() && mains.stream().allMatch(c -> c.phase == ContainerRun.Phase.DONE)) {
            return mains.stream().allMatch(c -> c.ended() != null && c.ended().exitCode() == 0)
                    ? "Succeeded"
                    : "Failed";
        }
        if (inits.stream().anyMatch(c -> c.phase != ContainerRun.Phase.DONE)) {
            return "Pending";
        }
        boolean allBegan = mains.stream().allMatch(PodView::began);
        return allBegan ? "Running" : "Pending";
    }

    private static boolean began(ContainerRun c) {
        return c.live() || c.ranBefore() || c.ended() != null || c.handle() != null;
    }

    private static void add(
            List<Condition> all,
            @Nullable PodStatus before,
            Instant now,
            String type,
            boolean holds,
            @Nullable String reason,
            @Nullable String message) {
        String status = holds ? "True" : "False";
        Instant since = before == null
                ? now
                : before.conditions().stream()
                        .filter(c -> c.type().equals(type) && c.status().equals(status))
                        .map(Condition::lastTransitionTime)
                        .findFirst()
                        .orElse(now);
        all.add(new Condition(type, status, reason, message, since));
    }
}

package org.kochab.resourcetext;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.PodStatus.ContainerStatus;
import org.kochab.api.model.PodStatus.State;

/**
 * A pod in one line, as kubectl sums it up.
 *
 * @param ready such as {@code 1/2}
 * @param status the one word that says most: a phase, a reason, {@code Terminating}
 */
public record PodLine(String ready, String status, int restarts) {
    public static PodLine of(Pod pod) {
        PodStatus status = pod.status();
        int containers = pod.spec() == null ? 0 : pod.spec().tasks().size();
        List<ContainerStatus> all = status == null ? List.of() : status.containerStatuses();
        long ready = all.stream().filter(ContainerStatus::ready).count();
        int restarts = all.stream().mapToInt(ContainerStatus::restartCount).sum();
        return new PodLine(ready + "/" + Math.max(containers, all.size()), word(pod, status), restarts);
    }

    private static String word(Pod pod, @Nullable PodStatus status) {
        if (pod.metadata().deletionTimestamp() != null) {
            return "Terminating";
        }
        if (status == null) {
            return "Pending";
        }
        String word = first(status.reason(), status.phase(), "Pending");
        for (ContainerStatus c : status.initContainerStatuses()) {
            String reason = trouble(c.state());
            if (reason != null && !reason.equals("Completed")) {
                return "Init:" + reason;
            }
        }
        if (word.equals("Unknown")) {
            return word;
        }
        boolean running = false;
        for (int i = status.containerStatuses().size() - 1; i >= 0; i--) {
            ContainerStatus c = status.containerStatuses().get(i);
            String reason = trouble(c.state());
            if (reason != null) {
                word = reason;
            } else {
                running |= c.state() != null && c.state().running() != null;
            }
        }
        return word.equals("Completed") && running ? "Running" : word;
    }

    private static @Nullable String trouble(@Nullable State state) {
        if (state == null) {
            return null;
        }
        if (state.waiting() != null) {
            return state.waiting().reason();
        }
        PodStatus.Terminated t = state.terminated();
        if (t == null) {
            return null;
        }
        if (t.reason() != null && !t.reason().isEmpty()) {
            return t.reason();
        }
        return t.signal() != null
                ? "Signal:" + t.signal()
                : t.exitCode() == 0 ? "Completed" : "ExitCode:" + t.exitCode();
    }

    private static String first(@Nullable String a, @Nullable String b, String c) {
        return a != null && !a.isEmpty() ? a : b != null && !b.isEmpty() ? b : c;
    }
}

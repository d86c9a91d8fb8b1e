package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;

/** What controllers ask of a pod, and which of several goes first. */
final class PodState {
    private PodState() {}

    /** Counts towards the wanted number: it has not ended and is not under deletion. */
    static boolean active(Pod pod) {
        return !Owners.marked(pod) && !ended(pod);
    }

    static boolean ended(Pod pod) {
        String phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    static boolean ready(Pod pod) {
        return readiness(pod).map(Condition::isTrue).orElse(false);
    }

    /** How long until the pod has been ready for the time asked for: zero if it has, empty if it is not ready. */
    static Optional<Duration> untilAvailable(Pod pod, @Nullable Integer minReadySeconds, Instant now) {
        Optional<Condition> ready = readiness(pod).filter(Condition::isTrue);
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        Instant since = ready.get().lastTransitionTime();
        if (minReadySeconds == null || minReadySeconds <= 0 || since == null) {
            return Optional.of(Duration.ZERO);
        }
        Duration left = Duration.between(now, since.plusSeconds(minReadySeconds));
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }

    /**
     * The order in which pods of a set go, as in Kubernetes: not yet placed, pending, unknown, not ready, cheaper by annotation, sharing their node with
     * more of the set, ready for a shorter time, restarted more often, younger.
     */
    static List<Pod> inOrderOfDeletion(List<Pod> pods) {
        Map<String, Integer> onNode = new HashMap<>();
        for (Pod p : pods) {
            onNode.merge(node(p), 1, Integer::sum);
        }
        Comparator<Pod> order = Comparator.<Pod, Boolean>comparing(p -> !node(p).isEmpty())
                .thenComparing(PodState::phaseRank)
                .thenComparing(PodState::ready)
                .thenComparing(PodState::deletionCost)
                .thenComparing(p -> onNode.getOrDefault(node(p), 0), Comparator.reverseOrder())
                .thenComparing(PodState::readySince, Comparator.reverseOrder())
                .thenComparing(PodState::restarts, Comparator.reverseOrder())
                .thenComparing(PodState::created, Comparator.reverseOrder())
                .thenComparing(p -> String.valueOf(p.metadata().name()));
        return pods.stream().sorted(order).toList();
    }

    static Instant created(Pod pod) {
        Instant at = pod.metadata().creationTimestamp();
        return at == null ? Instant.EPOCH : at;
    }

    private static String node(Pod pod) {
        return pod.spec() == null || pod.spec().nodeName() == null
                ? ""
                : pod.spec().nodeName();
    }

    private static String phase(Pod pod) {
        PodStatus status = pod.status();
        return status == null || status.phase() == null ? "Pending" : status.phase();
    }

    private static int phaseRank(Pod pod) {
        return switch (phase(pod)) {
            case "Pending" -> 0;
            case "Unknown" -> 1;
            default -> 2;
        };
    }

    private static int deletionCost(Pod pod) {
        String text = pod.metadata().annotations().get(Annotations.DELETION_COST);
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Instant readySince(Pod pod) {
        return readiness(pod)
                .filter(Condition::isTrue)
                .map(Condition::lastTransitionTime)
                .orElse(Instant.EPOCH);
    }

    private static int restarts(Pod pod) {
        PodStatus status = pod.status();
        return status == null
                ? 0
                : status.containerStatuses().stream()
                        .mapToInt(PodStatus.ContainerStatus::restartCount)
                        .max()
                        .orElse(0);
    }

    private static Optional<Condition> readiness(Pod pod) {
        PodStatus status = pod.status();
        return status == null
                ? Optional.empty()
                : status.conditions().stream()
                        .filter(c -> c.type().equals("Ready"))
                        .findFirst();
    }
}

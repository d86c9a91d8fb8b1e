package org.kochab.partition.internal.core.tenant;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;

/** Something about a pod for people to read. */
public record PodNews(String type, String reason, String message) {
    /** What a write tells once it is durable. */
    static Optional<PodNews> of(PodRecord r, Pod before, Pod after) {
        String node = node(after);
        if (node != null && node(before) == null) {
            return Optional.of(new PodNews("Normal", "Scheduled", "Placed on node " + node + "."));
        }
        if (r.eviction != null
                && before.metadata().deletionTimestamp() == null
                && after.metadata().deletionTimestamp() != null) {
            return Optional.of(r.eviction.news());
        }
        String nominated = nominated(after);
        if (nominated != null
                && !nominated.equals(nominated(before))
                && !r.preemption().isEmpty()) {
            return Optional.of(new PodNews("Normal", "Preempting", r.preemption() + "."));
        }
        if (node == null && r.said != null) {
            return Optional.of(new PodNews("Warning", r.lacksValues ? "Failed" : "FailedScheduling", r.said));
        }
        return before.status() == null || after.status() == null
                ? Optional.empty()
                : ofResize(before.status(), after.status());
    }

    private static Optional<PodNews> ofResize(PodStatus before, PodStatus after) {
        Optional<Condition> pending = PodImage.find(after, PodImage.RESIZE_PENDING);
        if (pending.isPresent()) {
            String reason = pending.get().reason();
            boolean known = PodImage.find(before, PodImage.RESIZE_PENDING)
                    .filter(c -> Objects.equals(c.reason(), reason))
                    .isPresent();
            return known
                    ? Optional.empty()
                    : Optional.of(new PodNews(
                            "Warning",
                            "Resize" + reason,
                            String.valueOf(pending.get().message())));
        }
        boolean began = PodImage.find(before, PodImage.RESIZE_IN_PROGRESS).isPresent();
        boolean goesOn = PodImage.find(after, PodImage.RESIZE_IN_PROGRESS).isPresent();
        return began && !goesOn && !PodImage.isTerminal(after)
                ? Optional.of(new PodNews("Normal", "ResizeCompleted", "The node has made the change."))
                : Optional.empty();
    }

    private static @Nullable String nominated(Pod pod) {
        return pod.status() == null ? null : pod.status().nominatedNodeName();
    }

    private static @Nullable String node(Pod pod) {
        return pod.spec() == null ? null : pod.spec().nodeName();
    }
}

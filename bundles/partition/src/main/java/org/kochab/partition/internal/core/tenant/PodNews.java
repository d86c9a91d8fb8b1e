package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Pod;

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
            return Optional.of(new PodNews("Warning", "TaintManagerEviction", r.eviction));
        }
        return node == null && r.said != null
                ? Optional.of(new PodNews("Warning", "FailedScheduling", r.said))
                : Optional.empty();
    }

    private static @Nullable String node(Pod pod) {
        return pod.spec() == null ? null : pod.spec().nodeName();
    }
}

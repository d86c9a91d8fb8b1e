package org.kochab.api.link;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code down/desired}: everything that should run on the node. A pod that is not in it is to be stopped.
 *
 * @param epoch the leader's epoch; a lower one than the highest ever seen is ignored
 * @param generation the manager's revision for this node; within an epoch only higher ones count
 * @param digest {@link Digests#of(List)} over {@code pods}
 */
public record Desired(long epoch, long generation, String digest, List<Entry> pods) {
    public Desired {
        pods = pods == null ? List.of() : List.copyOf(pods);
    }

    /**
     * One pod.
     *
     * @param specDigest names its {@link PodDocument} on {@code down/spec/{digest}}
     * @param token the claim's
     * @param stopGraceSeconds set if the pod is to end: seconds it has
     */
    public record Entry(String uid, String specDigest, long token, @Nullable Long stopGraceSeconds) {}
}

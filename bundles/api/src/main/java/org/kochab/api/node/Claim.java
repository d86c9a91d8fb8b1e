package org.kochab.api.node;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.PodSpec;

/**
 * Capacity of a node granted to a pod, as the resource manager keeps it. It carries the pod's spec, so that a node and its manager work
 * without the tenant partition.
 *
 * @param podUid the pod; with {@code generation} what makes claiming idempotent
 * @param partition the tenant partition the pod belongs to
 * @param requests by resource name: {@code cpu} in thousandths, everything else in whole units (bytes, pieces); {@code pods} is 1
 * @param labels the pod's labels
 * @param token grows with each claim of the resource manager; a node starts the pod only with a token not lower than one it has seen
 * @param releaseGraceSeconds set once the pod is to end: seconds it has; the claim goes when the node confirms the end
 * @param finished whether the pod has ended by itself: it no longer counts against the node
 */
public record Claim(
        String podUid,
        long generation,
        String tenant,
        String namespace,
        String pod,
        String partition,
        String node,
        Map<String, Long> requests,
        Map<String, String> labels,
        PodSpec spec,
        long token,
        @Nullable Long releaseGraceSeconds,
        boolean finished) {
    public Claim {
        requests = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(requests == null ? Map.of() : requests));
        labels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(labels == null ? Map.of() : labels));
    }

    public Claim withPartition(String name) {
        return new Claim(
                podUid,
                generation,
                tenant,
                namespace,
                pod,
                name,
                node,
                requests,
                labels,
                spec,
                token,
                releaseGraceSeconds,
                finished);
    }

    public Claim withRelease(long graceSeconds) {
        return new Claim(
                podUid,
                generation,
                tenant,
                namespace,
                pod,
                partition,
                node,
                requests,
                labels,
                spec,
                token,
                graceSeconds,
                finished);
    }

    public Claim withFinished() {
        return new Claim(
                podUid,
                generation,
                tenant,
                namespace,
                pod,
                partition,
                node,
                requests,
                labels,
                spec,
                token,
                releaseGraceSeconds,
                true);
    }
}

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
 * @param values {@link PodValues} as JSON, sealed for {@link #sealedFor}, in base64; null if the pod takes nothing from config maps and secrets
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
        boolean finished,
        @Nullable String values) {
    public Claim {
        requests = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(requests == null ? Map.of() : requests));
        labels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(labels == null ? Map.of() : labels));
    }

    /** Without values. */
    public Claim(
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
        this(
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
                finished,
                null);
    }

    /** What its values are sealed for: they can be opened for this pod only. */
    public String sealedFor() {
        return "claim/" + podUid;
    }

    /** As it is granted: not released, not finished. */
    public Claim withGrant(long granted) {
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
                granted,
                null,
                false,
                values);
    }

    public Claim withValues(@Nullable String sealed) {
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
                finished,
                sealed);
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
                finished,
                values);
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
                finished,
                values);
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
                true,
                values);
    }
}

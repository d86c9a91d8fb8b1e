package org.kochab.agent.internal.core;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Desired;
import org.kochab.api.model.PodStatus;
import org.kochab.spi.runtime.TaskHandle;

/**
 * What a node must not forget. Pods' specs are kept beside it, by digest.
 *
 * @param epoch highest ever seen
 * @param generation of the desired state within the epoch
 * @param desired null until a resource manager has said what it wants
 * @param home whose node it is; null as long as it never moved
 * @param devices which containers have which
 * @param tombstones pods that were here and are gone, latest last: they must not come back under an old token
 */
public record Checkpoint(
        long epoch,
        long generation,
        @Nullable Desired desired,
        List<SavedPod> pods,
        List<Tombstone> tombstones,
        @Nullable Home home,
        List<HeldDevices> devices) {
    public static final Checkpoint EMPTY = new Checkpoint(0, 0, null, List.of(), List.of(), null, List.of());

    public Checkpoint {
        pods = pods == null ? List.of() : List.copyOf(pods);
        tombstones = tombstones == null ? List.of() : List.copyOf(tombstones);
        devices = devices == null ? List.of() : List.copyOf(devices);
    }

    public record Tombstone(String uid, long token) {}

    /**
     * Devices of one resource that a container has until its pod has ended or is gone.
     *
     * @param ids empty if it is not known which they are
     */
    public record HeldDevices(String uid, String container, boolean init, String resource, List<String> ids) {
        public HeldDevices {
            ids = ids == null ? List.of() : List.copyOf(ids);
        }

        boolean isOf(String pod, String name) {
            return uid.equals(pod) && container.equals(name);
        }
    }

    /**
     * Which resource manager the node was sent to.
     *
     * @param configured what was configured then: another name there since is the operator's newer word
     * @param move number of the last move that was followed
     */
    public record Home(String configured, String manager, long move) {}

    /**
     * A pod.
     *
     * @param end set once the pod has ended for good
     */
    public record SavedPod(
            String uid,
            String specDigest,
            long token,
            Instant startTime,
            @Nullable Long stopGraceSeconds,
            @Nullable End end,
            List<SavedContainer> containers) {
        public SavedPod {
            containers = containers == null ? List.of() : List.copyOf(containers);
        }
    }

    /** How a pod ended. */
    public record End(String phase, @Nullable String reason, @Nullable String message) {}

    /**
     * A container.
     *
     * @param attempt of its latest run; -1 if it never ran
     * @param launched whether that run may exist: set before it is started
     * @param handle null if it is not known whether that run exists
     * @param ended of that run, if it will not be started again
     * @param last of the run before
     * @param inForce what the latest run was last brought to; null if that is what the pod's spec says
     * @param restarting whether that run is ended only to be started again with other resources, or to be off
     */
    public record SavedContainer(
            String name,
            int attempt,
            int restarts,
            boolean launched,
            @Nullable TaskHandle handle,
            @Nullable TaskHandle previous,
            @Nullable Instant startedAt,
            boolean passedStartup,
            boolean ready,
            int crashLevel,
            PodStatus.@Nullable Terminated ended,
            PodStatus.@Nullable Terminated last,
            @Nullable Sizing inForce,
            boolean restarting) {
        static SavedContainer fresh(String name) {
            return new SavedContainer(name, -1, 0, false, null, null, null, false, false, 0, null, null, null, false);
        }
    }
}

package org.kochab.api.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a pod.
 *
 * @param phase {@code Pending}, {@code Running}, {@code Succeeded}, {@code Failed} or {@code Unknown}
 * @param observedGeneration the {@code metadata.generation} that the node knows; null before it has said anything
 * @param nominatedNodeName the node on which room is being made for the pod by ending others; null for all other pods
 */
public record PodStatus(
        @Nullable String phase,
        @Nullable String reason,
        @Nullable String message,
        @Nullable String hostIP,
        @Nullable String podIP,
        @Nullable Instant startTime,
        List<Condition> conditions,
        List<ContainerStatus> containerStatuses,
        List<ContainerStatus> initContainerStatuses,
        @Nullable Long observedGeneration,
        @Nullable String nominatedNodeName) {
    public PodStatus {
        conditions = Copies.list(conditions);
        containerStatuses = Copies.list(containerStatuses);
        initContainerStatuses = Copies.list(initContainerStatuses);
    }

    /** Of a pod for which no room is being made. */
    public PodStatus(
            @Nullable String phase,
            @Nullable String reason,
            @Nullable String message,
            @Nullable String hostIP,
            @Nullable String podIP,
            @Nullable Instant startTime,
            List<Condition> conditions,
            List<ContainerStatus> containerStatuses,
            List<ContainerStatus> initContainerStatuses,
            @Nullable Long observedGeneration) {
        this(
                phase,
                reason,
                message,
                hostIP,
                podIP,
                startTime,
                conditions,
                containerStatuses,
                initContainerStatuses,
                observedGeneration,
                null);
    }

    /** @param resources what is in force for the run that there is; null if there is none */
    public record ContainerStatus(
            String name,
            @Nullable String image,
            @Nullable String imageID,
            @Nullable String containerID,
            boolean ready,
            int restartCount,
            @Nullable State state,
            @Nullable State lastState,
            Container.@Nullable Resources resources) {}

    /** Exactly one is set. */
    public record State(@Nullable Waiting waiting, @Nullable Running running, @Nullable Terminated terminated) {}

    public record Waiting(@Nullable String reason, @Nullable String message) {}

    public record Running(@Nullable Instant startedAt) {}

    public record Terminated(
            int exitCode,
            @Nullable Integer signal,
            @Nullable String reason,
            @Nullable String message,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt) {}

    public static PodStatus pending() {
        return new PodStatus("Pending", null, null, null, null, null, List.of(), List.of(), List.of(), null);
    }

    public PodStatus withConditions(List<Condition> value) {
        return new PodStatus(
                phase,
                reason,
                message,
                hostIP,
                podIP,
                startTime,
                value,
                containerStatuses,
                initContainerStatuses,
                observedGeneration,
                nominatedNodeName);
    }

    public PodStatus withObservedGeneration(@Nullable Long value) {
        return new PodStatus(
                phase,
                reason,
                message,
                hostIP,
                podIP,
                startTime,
                conditions,
                containerStatuses,
                initContainerStatuses,
                value,
                nominatedNodeName);
    }

    public PodStatus withNominatedNodeName(@Nullable String value) {
        return new PodStatus(
                phase,
                reason,
                message,
                hostIP,
                podIP,
                startTime,
                conditions,
                containerStatuses,
                initContainerStatuses,
                observedGeneration,
                value);
    }
}

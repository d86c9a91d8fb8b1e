package org.kochab.api.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** @param phase {@code Pending}, {@code Running}, {@code Succeeded}, {@code Failed} or {@code Unknown} */
public record PodStatus(
        @Nullable String phase,
        @Nullable String reason,
        @Nullable String message,
        @Nullable String hostIP,
        @Nullable String podIP,
        @Nullable Instant startTime,
        List<Condition> conditions,
        List<ContainerStatus> containerStatuses,
        List<ContainerStatus> initContainerStatuses) {
    public PodStatus {
        conditions = Copies.list(conditions);
        containerStatuses = Copies.list(containerStatuses);
        initContainerStatuses = Copies.list(initContainerStatuses);
    }

    public record ContainerStatus(
            String name,
            @Nullable String image,
            @Nullable String imageID,
            @Nullable String containerID,
            boolean ready,
            int restartCount,
            @Nullable State state,
            @Nullable State lastState) {}

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
        return new PodStatus("Pending", null, null, null, null, null, List.of(), List.of(), List.of());
    }
}

package org.kochab.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rolls a pod template out over replica sets. */
public record Deployment(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public record Spec(
            @Nullable Integer replicas,
            @Nullable LabelSelector selector,
            Pod.@Nullable Template template,
            @Nullable Strategy strategy,
            @Nullable Integer minReadySeconds,
            @Nullable Integer revisionHistoryLimit,
            @Nullable Boolean paused,
            @Nullable Integer progressDeadlineSeconds) {
        public Spec withReplicas(int value) {
            return new Spec(
                    value,
                    selector,
                    template,
                    strategy,
                    minReadySeconds,
                    revisionHistoryLimit,
                    paused,
                    progressDeadlineSeconds);
        }

        public Spec withTemplate(Pod.Template value) {
            return new Spec(
                    replicas,
                    selector,
                    value,
                    strategy,
                    minReadySeconds,
                    revisionHistoryLimit,
                    paused,
                    progressDeadlineSeconds);
        }
    }

    /** @param type {@code RollingUpdate} (also when null) or {@code Recreate} */
    public record Strategy(@Nullable String type, @Nullable RollingUpdate rollingUpdate) {}

    /** Each a number or a percentage such as {@code 25%}. */
    public record RollingUpdate(@Nullable String maxSurge, @Nullable String maxUnavailable) {}

    public record Status(
            int replicas,
            int updatedReplicas,
            int readyReplicas,
            int availableReplicas,
            int unavailableReplicas,
            @Nullable Long observedGeneration,
            List<Condition> conditions) {
        public Status {
            conditions = Copies.list(conditions);
        }
    }

    @Override
    public Deployment withMetadata(ObjectMeta value) {
        return new Deployment(apiVersion, kind, value, spec, status);
    }

    public Deployment withSpec(Spec value) {
        return new Deployment(apiVersion, kind, metadata, value, status);
    }

    public Deployment withStatus(Status value) {
        return new Deployment(apiVersion, kind, metadata, spec, value);
    }
}

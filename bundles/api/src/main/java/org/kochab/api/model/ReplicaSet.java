package org.kochab.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps a number of equal pods. */
public record ReplicaSet(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public record Spec(
            @Nullable Integer replicas,
            @Nullable LabelSelector selector,
            Pod.@Nullable Template template,
            @Nullable Integer minReadySeconds) {
        public Spec withReplicas(int value) {
            return new Spec(value, selector, template, minReadySeconds);
        }
    }

    public record Status(
            int replicas,
            int fullyLabeledReplicas,
            int readyReplicas,
            int availableReplicas,
            @Nullable Long observedGeneration,
            List<Condition> conditions) {
        public Status {
            conditions = Copies.list(conditions);
        }
    }

    @Override
    public ReplicaSet withMetadata(ObjectMeta value) {
        return new ReplicaSet(apiVersion, kind, value, spec, status);
    }

    public ReplicaSet withSpec(Spec value) {
        return new ReplicaSet(apiVersion, kind, metadata, value, status);
    }

    public ReplicaSet withStatus(Status value) {
        return new ReplicaSet(apiVersion, kind, metadata, spec, value);
    }
}

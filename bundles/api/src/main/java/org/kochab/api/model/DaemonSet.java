package org.kochab.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps a pod on every node that it is for. Of tenant {@code system} only: nodes are the platform's. */
public record DaemonSet(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public static final String ROLLING_UPDATE = "RollingUpdate";
    public static final String ON_DELETE = "OnDelete";

    /**
     * @param template its node selector, required node affinity, tolerations and runtime say which nodes it is for
     * @param revisionHistoryLimit kept for clients; only the template as it is is kept
     */
    public record Spec(
            @Nullable LabelSelector selector,
            Pod.@Nullable Template template,
            @Nullable UpdateStrategy updateStrategy,
            @Nullable Integer minReadySeconds,
            @Nullable Integer revisionHistoryLimit) {
        public Spec withTemplate(Pod.@Nullable Template value) {
            return new Spec(selector, value, updateStrategy, minReadySeconds, revisionHistoryLimit);
        }
    }

    /** @param type {@code RollingUpdate} (also when null) or {@code OnDelete} */
    public record UpdateStrategy(@Nullable String type, @Nullable RollingUpdate rollingUpdate) {}

    /** @param maxUnavailable nodes without an available pod, a number or a percentage; 1 if null */
    public record RollingUpdate(@Nullable String maxUnavailable) {}

    /**
     * Numbers of nodes.
     *
     * @param currentNumberScheduled that it is for and that have a pod
     * @param numberMisscheduled that it is not for and that have one
     * @param desiredNumberScheduled that it is for
     * @param updatedNumberScheduled that it is for and whose pod is of the template as it is
     * @param revision names the template: its pods have it as their label {@code controller-revision-hash}
     * @param template what revision names
     */
    public record Status(
            int currentNumberScheduled,
            int numberMisscheduled,
            int desiredNumberScheduled,
            int numberReady,
            int updatedNumberScheduled,
            int numberAvailable,
            int numberUnavailable,
            @Nullable Long observedGeneration,
            List<Condition> conditions,
            @Nullable String revision,
            Pod.@Nullable Template template) {
        public Status {
            conditions = Copies.list(conditions);
        }
    }

    @Override
    public DaemonSet withMetadata(ObjectMeta value) {
        return new DaemonSet(apiVersion, kind, value, spec, status);
    }

    public DaemonSet withSpec(@Nullable Spec value) {
        return new DaemonSet(apiVersion, kind, metadata, value, status);
    }

    public DaemonSet withStatus(@Nullable Status value) {
        return new DaemonSet(apiVersion, kind, metadata, spec, value);
    }
}

package org.kochab.api.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps pods with names that stay: NAME-0, NAME-1, … */
public record StatefulSet(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public static final String ORDERED_READY = "OrderedReady";
    public static final String PARALLEL = "Parallel";
    public static final String ROLLING_UPDATE = "RollingUpdate";
    public static final String ON_DELETE = "OnDelete";

    /**
     * @param serviceName kept for clients; nothing depends on it
     * @param podManagementPolicy {@code OrderedReady} (also when null): one pod after the other; {@code Parallel}: all at once
     * @param volumeClaimTemplates of each, every pod has a claim of its own, which stays when the pod goes; cannot be changed
     * @param revisionHistoryLimit kept for clients; only the current template is kept beside the new one
     */
    public record Spec(
            @Nullable Integer replicas,
            @Nullable LabelSelector selector,
            Pod.@Nullable Template template,
            @Nullable String serviceName,
            @Nullable String podManagementPolicy,
            @Nullable UpdateStrategy updateStrategy,
            @Nullable Integer minReadySeconds,
            @Nullable Integer revisionHistoryLimit,
            List<VolumeClaimTemplate> volumeClaimTemplates) {
        public Spec {
            volumeClaimTemplates = Copies.list(volumeClaimTemplates);
        }

        public Spec withReplicas(@Nullable Integer value) {
            return new Spec(
                    value,
                    selector,
                    template,
                    serviceName,
                    podManagementPolicy,
                    updateStrategy,
                    minReadySeconds,
                    revisionHistoryLimit,
                    volumeClaimTemplates);
        }

        public Spec withTemplate(Pod.@Nullable Template value) {
            return new Spec(
                    replicas,
                    selector,
                    value,
                    serviceName,
                    podManagementPolicy,
                    updateStrategy,
                    minReadySeconds,
                    revisionHistoryLimit,
                    volumeClaimTemplates);
        }

        /**
         * What a pod of the set is to be, with the volumes of its claims: they take the place of volumes of their names.
         *
         * @param pod made from a template
         * @param name the pod's
         */
        public PodSpec withClaims(PodSpec pod, String name) {
            if (volumeClaimTemplates.isEmpty()) {
                return pod;
            }
            List<PodSpec.Volume> volumes = new ArrayList<>();
            for (PodSpec.Volume v : pod.volumes()) {
                if (volumeClaimTemplates.stream().noneMatch(t -> t.name().equals(v.name()))) {
                    volumes.add(v);
                }
            }
            for (VolumeClaimTemplate t : volumeClaimTemplates) {
                volumes.add(PodSpec.Volume.claimed(t.name(), new PodSpec.ClaimedVolume(t.claimOf(name), null, null)));
            }
            return pod.toBuilder().volumes(volumes).build();
        }
    }

    /** @param type {@code RollingUpdate} (also when null) or {@code OnDelete} */
    public record UpdateStrategy(@Nullable String type, @Nullable RollingUpdate rollingUpdate) {}

    /** @param partition pods with a lower number keep the template they have; 0 if null */
    public record RollingUpdate(@Nullable Integer partition) {}

    /**
     * What the claims of the pods are made from.
     *
     * @param metadata the name is that of the volume in the pods, and the beginning of the claims' names
     */
    public record VolumeClaimTemplate(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable ObjectMeta metadata,
            PersistentVolumeClaim.@Nullable Spec spec) {
        /** Empty if it has none. */
        public String name() {
            return metadata == null || metadata.name() == null ? "" : metadata.name();
        }

        /** The name of a pod's claim. */
        public String claimOf(String pod) {
            return name() + "-" + pod;
        }
    }

    /**
     * @param replicas pods that there are
     * @param currentReplicas those of the template before the last change
     * @param updatedReplicas those of the template as it is
     * @param currentRevision names the template before the last change; the same as updateRevision once all pods have the new one
     * @param currentTemplate what currentRevision names: what pods that are not to be updated yet are made from
     */
    public record Status(
            int replicas,
            int readyReplicas,
            int availableReplicas,
            int currentReplicas,
            int updatedReplicas,
            @Nullable String currentRevision,
            @Nullable String updateRevision,
            @Nullable Long observedGeneration,
            List<Condition> conditions,
            Pod.@Nullable Template currentTemplate) {
        public Status {
            conditions = Copies.list(conditions);
        }
    }

    @Override
    public StatefulSet withMetadata(ObjectMeta value) {
        return new StatefulSet(apiVersion, kind, value, spec, status);
    }

    public StatefulSet withSpec(@Nullable Spec value) {
        return new StatefulSet(apiVersion, kind, metadata, value, status);
    }

    public StatefulSet withStatus(@Nullable Status value) {
        return new StatefulSet(apiVersion, kind, metadata, spec, value);
    }
}

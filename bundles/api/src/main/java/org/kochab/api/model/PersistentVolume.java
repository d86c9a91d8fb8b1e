package org.kochab.api.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A volume on a node, whose data outlive pods. */
public record PersistentVolume(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    /** It is a claim's, and no pod has used it: it may still go to another node. */
    public static final String PENDING = "Pending";
    /** Nobody has it: a claim that names it gets it. */
    public static final String AVAILABLE = "Available";

    public static final String BOUND = "Bound";
    /** Its claim is gone. */
    public static final String RELEASED = "Released";
    /** Its data could not be deleted; it is tried again. */
    public static final String FAILED = "Failed";

    public static final String DELETE = "Delete";
    public static final String RETAIN = "Retain";

    /**
     * @param capacity {@code storage}, a quantity
     * @param persistentVolumeReclaimPolicy what becomes of the data when the claim goes: {@code Delete} or {@code Retain} (also when null)
     * @param claimRef whose it is; null if it is nobody's
     * @param nodeAffinity one term with one field, {@code metadata.name}: the node it is on
     * @param provisioner as {@link StorageClass#provisioner}
     * @param parameters as {@link StorageClass#parameters}
     */
    public record Spec(
            Map<String, String> capacity,
            List<String> accessModes,
            @Nullable String persistentVolumeReclaimPolicy,
            @Nullable String storageClassName,
            @Nullable String volumeMode,
            @Nullable ClaimReference claimRef,
            @Nullable NodeAffinity nodeAffinity,
            @Nullable String provisioner,
            Map<String, String> parameters) {
        public Spec {
            capacity = Copies.map(capacity);
            accessModes = Copies.list(accessModes);
            parameters = Copies.map(parameters);
        }
    }

    public record ClaimReference(
            @Nullable String apiVersion, @Nullable String kind, String namespace, String name, @Nullable String uid) {}

    public record NodeAffinity(PodSpec.@Nullable NodeSelector required) {
        /** That of a volume on this node. */
        public static NodeAffinity on(String node) {
            return new NodeAffinity(new PodSpec.NodeSelector(List.of(new PodSpec.NodeSelectorTerm(
                    List.of(), List.of(new LabelSelector.Requirement("metadata.name", "In", List.of(node)))))));
        }

        /** The node, if it says one in the form of {@link #on}. */
        public Optional<String> node() {
            if (required == null || required.nodeSelectorTerms().size() != 1) {
                return Optional.empty();
            }
            PodSpec.NodeSelectorTerm term = required.nodeSelectorTerms().get(0);
            return term.matchFields().size() == 1 && term.matchExpressions().isEmpty()
                    ? Optional.of(term.matchFields().get(0))
                            .filter(f -> "metadata.name".equals(f.key())
                                    && "In".equals(f.operator())
                                    && f.values().size() == 1)
                            .map(f -> f.values().get(0))
                    : Optional.empty();
        }
    }

    /** @param phase {@code Pending}, {@code Available}, {@code Bound}, {@code Released} or {@code Failed} */
    public record Status(String phase, @Nullable String message) {}

    /** The node it is on; empty if none is said. */
    public Optional<String> node() {
        return spec == null || spec.nodeAffinity() == null
                ? Optional.empty()
                : spec.nodeAffinity().node();
    }

    /** Whether no pod has used it yet. */
    public boolean isPending() {
        return status != null && status.phase().equals(PENDING);
    }

    /** Whether it is this very claim's. */
    public boolean isOf(PersistentVolumeClaim claim) {
        return spec != null
                && spec.claimRef() != null
                && spec.claimRef().uid() != null
                && spec.claimRef().uid().equals(claim.metadata().uid());
    }

    @Override
    public PersistentVolume withMetadata(ObjectMeta value) {
        return new PersistentVolume(apiVersion, kind, value, spec, status);
    }

    public PersistentVolume withSpec(@Nullable Spec value) {
        return new PersistentVolume(apiVersion, kind, metadata, value, status);
    }

    public PersistentVolume withStatus(@Nullable Status value) {
        return new PersistentVolume(apiVersion, kind, metadata, spec, value);
    }
}

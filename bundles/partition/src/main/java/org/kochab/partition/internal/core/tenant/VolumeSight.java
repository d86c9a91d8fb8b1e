package org.kochab.partition.internal.core.tenant;

import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.LabelSelector.Requirement;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodSpec.ClaimedVolume;
import org.kochab.api.model.PodSpec.NodeSelectorTerm;
import org.kochab.api.model.PodSpec.ProvisionedVolume;
import org.kochab.api.model.PodSpec.Volume;
import org.kochab.api.model.StorageClass;

/**
 * A pod with claims, as far as its volumes are known.
 *
 * @param spec with its volumes, and only for nodes where they are or can be made
 * @param open claims, by key, that are not bound to a node yet
 * @param node where its volumes are; null if none is bound yet
 * @param lacks why it cannot be placed now, one sentence; null if it can
 */
record VolumeSight(PodSpec spec, List<String> open, @Nullable String node, @Nullable String lacks) {
    VolumeSight {
        open = List.copyOf(open);
    }

    static boolean hasClaims(PodSpec spec) {
        return spec.volumes().stream().anyMatch(v -> v.persistentVolumeClaim() != null);
    }

    static Volume resolved(Volume asked, ClaimedVolume claim, PersistentVolume volume) {
        PersistentVolume.Spec spec = volume.spec();
        if (spec == null || spec.provisioner() == null) {
            return asked;
        }
        ProvisionedVolume provisioned = new ProvisionedVolume(
                String.valueOf(volume.metadata().uid()),
                spec.provisioner(),
                spec.parameters(),
                VolumeFields.bytes(spec.capacity()));
        return Volume.claimed(asked.name(), new ClaimedVolume(claim.claimName(), claim.readOnly(), provisioned));
    }

    /** For one node only. */
    static PodSpec on(PodSpec spec, String node) {
        Requirement only = new Requirement("metadata.name", "In", List.of(node));
        return narrowed(spec, t -> new NodeSelectorTerm(t.matchExpressions(), plus(t.matchFields(), only)));
    }

    /** For nodes that can make volumes of these classes. */
    static PodSpec where(PodSpec spec, List<StorageClass> classes) {
        PodSpec result = spec;
        for (String provisioner :
                new TreeSet<>(classes.stream().map(StorageClass::provisioner).toList())) {
            Requirement can = new Requirement(Annotations.PROVISIONER_PREFIX + provisioner, "In", List.of("true"));
            result = narrowed(result, t -> new NodeSelectorTerm(plus(t.matchExpressions(), can), t.matchFields()));
        }
        return result;
    }

    private static List<Requirement> plus(List<Requirement> some, Requirement one) {
        List<Requirement> all = new java.util.ArrayList<>(some);
        all.add(one);
        return all;
    }

    /** Any of the terms must hold: each is narrowed. */
    private static PodSpec narrowed(PodSpec spec, UnaryOperator<NodeSelectorTerm> term) {
        PodSpec.Affinity affinity = spec.affinity() == null ? new PodSpec.Affinity(null, null, null) : spec.affinity();
        PodSpec.NodeAffinity ofNodes =
                affinity.nodeAffinity() == null ? new PodSpec.NodeAffinity(null, List.of()) : affinity.nodeAffinity();
        PodSpec.NodeSelector required = ofNodes.requiredDuringSchedulingIgnoredDuringExecution();
        List<NodeSelectorTerm> terms =
                required == null || required.nodeSelectorTerms().isEmpty()
                        ? List.of(new NodeSelectorTerm(List.of(), List.of()))
                        : required.nodeSelectorTerms();
        PodSpec.NodeAffinity narrow = new PodSpec.NodeAffinity(
                new PodSpec.NodeSelector(terms.stream().map(term).toList()),
                ofNodes.preferredDuringSchedulingIgnoredDuringExecution());
        return spec.toBuilder()
                .affinity(new PodSpec.Affinity(narrow, affinity.podAffinity(), affinity.podAntiAffinity()))
                .build();
    }
}

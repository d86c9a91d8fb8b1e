package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.ClusterView.PlacedTerm;
import org.kochab.spi.scheduler.PodGroup;

/** Pods of a group that this batch has placed, with the terms they carry. */
record PlacedGroup(PodGroup group, int[] slots, int n, List<Carried> terms) {
    /** A term with what it selects. */
    record Carried(PlacedTerm term, List<String> namespaces, @Nullable LabelSelector selector) {
        boolean matches(String namespace, Map<String, String> labels) {
            return selector != null && namespaces.contains(namespace) && selector.matches(labels);
        }
    }

    PlacedGroup(PodGroup group, int[] slots, int n) {
        this(group, slots, n, carried(group));
    }

    void forEach(ClusterView.SlotCounter counter) {
        for (int i = 0; i < n; i++) {
            counter.add(slots[i], 1);
        }
    }

    private static List<Carried> carried(PodGroup group) {
        PodSpec.Affinity affinity = group.spec().affinity();
        if (affinity == null || (affinity.podAffinity() == null && affinity.podAntiAffinity() == null)) {
            return List.of();
        }
        List<Carried> terms = new ArrayList<>();
        if (affinity.podAffinity() != null) {
            carry(group, affinity.podAffinity(), false, 1, 1, terms);
        }
        if (affinity.podAntiAffinity() != null) {
            carry(group, affinity.podAntiAffinity(), true, -100, -1, terms);
        }
        return terms;
    }

    private static void carry(
            PodGroup group, PodSpec.PodAffinity terms, boolean binds, int required, int sign, List<Carried> into) {
        terms.requiredDuringSchedulingIgnoredDuringExecution()
                .forEach(t -> into.add(carried(group, t, new PlacedTerm(t.topologyKey(), binds, required))));
        terms.preferredDuringSchedulingIgnoredDuringExecution().forEach(w -> {
            PodSpec.PodAffinityTerm t = w.podAffinityTerm();
            into.add(carried(group, t, new PlacedTerm(t.topologyKey(), false, sign * w.weight())));
        });
    }

    private static Carried carried(PodGroup group, PodSpec.PodAffinityTerm term, PlacedTerm placed) {
        return new Carried(
                placed,
                term.namespaces().isEmpty() ? List.of(group.namespace()) : term.namespaces(),
                term.labelSelector());
    }
}

package org.kochab.scheduler.internal.core.plugins;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.ClusterView;

/** Node selectors and node affinity as sets of slots. */
final class NodeTerms {
    private NodeTerms() {}

    /** Nodes that the pod's selector and required affinity allow; empty if it has neither. */
    static Optional<BitSet> required(ClusterView view, PodSpec spec) {
        PodSpec.NodeSelector required =
                affinity(spec) == null ? null : affinity(spec).requiredDuringSchedulingIgnoredDuringExecution();
        if (spec.nodeSelector().isEmpty() && required == null) {
            return Optional.empty();
        }
        BitSet all = (BitSet) view.live().clone();
        spec.nodeSelector().forEach((key, value) -> all.and(view.withLabel(key, value)));
        if (required != null) {
            BitSet any = new BitSet();
            required.nodeSelectorTerms().forEach(term -> any.or(matching(view, term)));
            all.and(any);
        }
        return Optional.of(all);
    }

    static List<PodSpec.PreferredNodeTerm> preferred(PodSpec spec) {
        PodSpec.NodeAffinity affinity = affinity(spec);
        return affinity == null ? List.of() : affinity.preferredDuringSchedulingIgnoredDuringExecution();
    }

    private static PodSpec.@org.jspecify.annotations.Nullable NodeAffinity affinity(PodSpec spec) {
        return spec.affinity() == null ? null : spec.affinity().nodeAffinity();
    }

    /** As in Kubernetes, a term without any expression or field matches nothing. */
    static BitSet matching(ClusterView view, PodSpec.NodeSelectorTerm term) {
        if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) {
            return new BitSet();
        }
        BitSet all = (BitSet) view.live().clone();
        term.matchExpressions().forEach(e -> all.and(expression(view, e)));
        term.matchFields().forEach(f -> all.and(field(view, f)));
        return all;
    }

    private static BitSet expression(ClusterView view, LabelSelector.Requirement e) {
        return switch (e.operator()) {
            case "In" -> withAny(view, e);
            case "NotIn" -> without(view, withAny(view, e));
            case "Exists" -> view.withLabelKey(e.key());
            case "DoesNotExist" -> without(view, view.withLabelKey(e.key()));
            case "Gt", "Lt" -> compared(view, e);
            default -> new BitSet();
        };
    }

    private static BitSet withAny(ClusterView view, LabelSelector.Requirement e) {
        if (e.values().size() == 1) {
            return view.withLabel(e.key(), e.values().get(0));
        }
        BitSet any = new BitSet();
        e.values().forEach(value -> any.or(view.withLabel(e.key(), value)));
        return any;
    }

    private static BitSet without(ClusterView view, BitSet set) {
        BitSet rest = (BitSet) view.live().clone();
        rest.andNot(set);
        return rest;
    }

    /** Compares each distinct value once. */
    private static BitSet compared(ClusterView view, LabelSelector.Requirement e) {
        ClusterView.Topology values = view.topology(e.key());
        BitSet numbers = new BitSet();
        for (int i = 0; i < values.names().size(); i++) {
            String value = values.names().get(i);
            if (value != null && e.matches(java.util.Collections.singletonMap(e.key(), value))) {
                numbers.set(i);
            }
        }
        BitSet slots = new BitSet();
        for (int slot = 0; slot < view.slots(); slot++) {
            if (values.domain()[slot] >= 0 && numbers.get(values.domain()[slot])) {
                slots.set(slot);
            }
        }
        return slots;
    }

    private static BitSet field(ClusterView view, LabelSelector.Requirement f) {
        if (!f.key().equals("metadata.name")) {
            return new BitSet();
        }
        BitSet named = new BitSet();
        for (String name : f.values()) {
            int slot = view.slot(name);
            if (slot >= 0) {
                named.set(slot);
            }
        }
        return switch (f.operator()) {
            case "In" -> named;
            case "NotIn" -> without(view, named);
            default -> new BitSet();
        };
    }
}

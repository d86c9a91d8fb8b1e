package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PodGroup;

/**
 * Topology spread constraints. Pods are counted, and the lowest count is taken, over the nodes that the pod's node selector and affinity allow and that have
 * the constraint's topology key; for a {@code DoNotSchedule} constraint, the keys of all such.
 */
public final class TopologySpread implements PlacementRules {
    /** Up to this many domains it is faster to ask for each one's nodes than for each node's domain. */
    private static final int FEW_DOMAINS = 32;

    @Override
    public String name() {
        return "topology-spread";
    }

    @Override
    public int order() {
        return 90;
    }

    @Override
    public List<DomainRule> begin(PlacementContext context) {
        PodGroup group = context.group();
        List<PodSpec.TopologySpreadConstraint> constraints = group.spec().topologySpreadConstraints();
        if (constraints.isEmpty()) {
            return List.of();
        }
        ClusterView view = context.view();
        BitSet allowed = NodeTerms.required(view, group.spec()).orElse(view.live());
        BitSet withHardKeys = (BitSet) allowed.clone();
        constraints.stream()
                .filter(TopologySpread::isHard)
                .forEach(c -> withHardKeys.and(view.withLabelKey(c.topologyKey())));
        List<DomainRule> rules = new ArrayList<>();
        for (PodSpec.TopologySpreadConstraint c : constraints) {
            BitSet nodes = (BitSet) (isHard(c) ? withHardKeys : allowed).clone();
            nodes.and(view.withLabelKey(c.topologyKey()));
            rules.add(rule(view, group, c, nodes));
        }
        return rules;
    }

    private static boolean isHard(PodSpec.TopologySpreadConstraint constraint) {
        return !"ScheduleAnyway".equals(constraint.whenUnsatisfiable());
    }

    private static DomainRule rule(ClusterView view, PodGroup group, PodSpec.TopologySpreadConstraint c, BitSet nodes) {
        ClusterView.Topology topology = view.topology(c.topologyKey());
        int[] counts = new int[topology.names().size()];
        BitSet compared = domains(view, c.topologyKey(), topology, nodes);
        if (c.labelSelector() != null) {
            view.pods(group.tenant(), List.of(group.namespace()), c.labelSelector(), (slot, pods) -> {
                if (nodes.get(slot)) {
                    counts[topology.domain()[slot]] += pods;
                }
            });
        }
        int self = c.labelSelector() != null && c.labelSelector().matches(group.labels()) ? 1 : 0;
        return new Spread(c.topologyKey(), Math.max(1, c.maxSkew()), isHard(c), counts, compared, self);
    }

    /** Domains with at least one of the nodes. */
    private static BitSet domains(ClusterView view, String key, ClusterView.Topology topology, BitSet nodes) {
        BitSet domains = new BitSet();
        if (topology.names().size() > FEW_DOMAINS) {
            for (int slot = nodes.nextSetBit(0); slot >= 0; slot = nodes.nextSetBit(slot + 1)) {
                domains.set(topology.domain()[slot]);
            }
            return domains;
        }
        for (int d = 0; d < topology.names().size(); d++) {
            String name = topology.names().get(d);
            domains.set(d, name != null && view.withLabel(key, name).intersects(nodes));
        }
        return domains;
    }

    private record Spread(String topologyKey, int maxSkew, boolean hard, int[] counts, BitSet compared, int step)
            implements DomainRule {
        @Override
        public boolean accepts(int count, int lowest, boolean any) {
            return !hard || count + step - lowest <= maxSkew;
        }

        @Override
        public boolean acceptsWithoutKey() {
            return !hard;
        }

        @Override
        public double weight() {
            return hard ? 0 : 2;
        }

        @Override
        public double score(int count, int lowest, boolean any) {
            return 100.0 * maxSkew / (maxSkew + Math.max(0, count - lowest));
        }

        @Override
        public String reason(BitSet refused) {
            return Words.nodes(refused.cardinality(), "has", "have") + " no " + topologyKey
                    + " label, or another pod there would exceed maxSkew " + maxSkew + " over " + topologyKey;
        }
    }
}

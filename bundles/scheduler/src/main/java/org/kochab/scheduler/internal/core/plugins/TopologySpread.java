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
 * the topology keys of all constraints.
 */
public final class TopologySpread implements PlacementRules {
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
        BitSet nodes = NodeTerms.required(view, group.spec())
                .orElseGet(() -> (BitSet) view.live().clone());
        constraints.forEach(c -> nodes.and(view.withLabelKey(c.topologyKey())));
        List<DomainRule> rules = new ArrayList<>();
        for (PodSpec.TopologySpreadConstraint c : constraints) {
            ClusterView.Topology topology = view.topology(c.topologyKey());
            int[] counts = new int[topology.names().size()];
            BitSet compared = new BitSet();
            for (int slot = nodes.nextSetBit(0); slot >= 0; slot = nodes.nextSetBit(slot + 1)) {
                compared.set(topology.domain()[slot]);
            }
            if (c.labelSelector() != null) {
                view.pods(group.tenant(), List.of(group.namespace()), c.labelSelector(), (slot, pods) -> {
                    if (nodes.get(slot)) {
                        counts[topology.domain()[slot]] += pods;
                    }
                });
            }
            int self = c.labelSelector() != null && c.labelSelector().matches(group.labels()) ? 1 : 0;
            boolean hard = !"ScheduleAnyway".equals(c.whenUnsatisfiable());
            rules.add(new Spread(c.topologyKey(), Math.max(1, c.maxSkew()), hard, counts, compared, self));
        }
        return rules;
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

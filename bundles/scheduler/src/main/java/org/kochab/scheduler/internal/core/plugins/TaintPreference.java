package org.kochab.scheduler.internal.core.plugins;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/** Fewer {@code PreferNoSchedule} taints that the pod does not tolerate are better: 100, 50, 33, … */
public final class TaintPreference implements PlacementScorer {
    @Override
    public String name() {
        return "taints";
    }

    @Override
    public double weight() {
        return 3;
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        ClusterView view = context.view();
        PodSpec spec = context.group().spec();
        List<List<Node.Taint>> sets = view.taintSets();
        double[] scoreOf = new double[sets.size()];
        BitSet disliked = new BitSet();
        for (int i = 0; i < scoreOf.length; i++) {
            if (sets.get(i) != null) {
                long taints = sets.get(i).stream()
                        .filter(t -> t.effect().equals("PreferNoSchedule") && !Taints.tolerated(spec, t))
                        .count();
                scoreOf[i] = 100.0 / (1 + taints);
                disliked.set(i, taints > 0);
            }
        }
        if (disliked.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of((candidates, scores) -> {
            NodePreference.fill(candidates, scores, 100);
            for (int i = disliked.nextSetBit(0); i >= 0; i = disliked.nextSetBit(i + 1)) {
                BitSet nodes = (BitSet) view.withTaintSet(i).clone();
                nodes.and(candidates);
                for (int slot = nodes.nextSetBit(0); slot >= 0; slot = nodes.nextSetBit(slot + 1)) {
                    scores[slot] = scoreOf[i];
                }
            }
        });
    }
}

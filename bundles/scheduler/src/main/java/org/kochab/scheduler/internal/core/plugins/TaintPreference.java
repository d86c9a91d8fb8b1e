package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
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
        List<GroupScorer.Level> levels = new ArrayList<>();
        BitSet liked = (BitSet) view.live().clone();
        for (int i = 0; i < sets.size(); i++) {
            if (sets.get(i) == null) {
                continue;
            }
            long taints = sets.get(i).stream()
                    .filter(t -> t.effect().equals("PreferNoSchedule") && !Taints.tolerated(spec, t))
                    .count();
            if (taints > 0) {
                BitSet nodes = view.withTaintSet(i);
                liked.andNot(nodes);
                levels.add(new GroupScorer.Level(nodes, 100.0 / (1 + taints)));
            }
        }
        if (levels.isEmpty()) {
            return Optional.empty();
        }
        levels.add(new GroupScorer.Level(liked, 100));
        return Optional.of(new Levels(levels));
    }
}

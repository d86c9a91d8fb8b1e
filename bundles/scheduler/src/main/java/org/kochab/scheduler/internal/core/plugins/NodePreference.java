package org.kochab.scheduler.internal.core.plugins;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/** Preferred node affinity: the share of the wishes, by weight, that a node fulfils. */
public final class NodePreference implements PlacementScorer {
    @Override
    public String name() {
        return "node-affinity";
    }

    @Override
    public double weight() {
        return 2;
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        List<PodSpec.PreferredNodeTerm> wishes =
                NodeTerms.preferred(context.group().spec());
        double all =
                wishes.stream().mapToDouble(PodSpec.PreferredNodeTerm::weight).sum();
        if (all <= 0) {
            return Optional.empty();
        }
        return Optional.of((candidates, scores) -> {
            fill(candidates, scores, 0);
            for (PodSpec.PreferredNodeTerm wish : wishes) {
                BitSet matching = (BitSet)
                        NodeTerms.matching(context.view(), wish.preference()).clone();
                matching.and(candidates);
                double part = 100 * wish.weight() / all;
                for (int slot = matching.nextSetBit(0); slot >= 0; slot = matching.nextSetBit(slot + 1)) {
                    scores[slot] += part;
                }
            }
        });
    }

    static void fill(BitSet candidates, double[] scores, double value) {
        java.util.Arrays.fill(scores, 0, Math.min(scores.length, candidates.length()), value);
    }
}

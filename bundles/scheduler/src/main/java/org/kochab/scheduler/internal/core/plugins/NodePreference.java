package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
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
        List<BitSet> places = new ArrayList<>();
        List<Double> parts = new ArrayList<>();
        for (PodSpec.PreferredNodeTerm wish : wishes) {
            places.add(NodeTerms.matching(context.view(), wish.preference()));
            parts.add(100 * wish.weight() / all);
        }
        return Optional.of(new Parts(places, parts));
    }
}

package org.kochab.spi.scheduler;

import java.util.Optional;
import org.kochab.api.model.Node;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The simple form of a scorer: looks at one node at a time, once a group. Register it as a {@link PlacementScorer}. At many thousands of nodes the
 * columnar form is much faster.
 */
@ConsumerType
public interface NodeScorer extends PlacementScorer {
    /** 0 (worst) to 100. */
    double score(PodGroup group, Node node);

    @Override
    default Optional<GroupScorer> begin(PlacementContext context) {
        return Optional.of((candidates, scores) -> {
            for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
                scores[slot] = score(context.group(), context.view().node(slot));
            }
        });
    }
}

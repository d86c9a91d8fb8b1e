package ${package};

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;
import org.osgi.service.component.annotations.Component;

/** Prefers nodes with the label {@code ${vendor}/${artifactId}=true}; has no opinion while no node has it. */
@Component(service = PlacementScorer.class)
public final class ${className} implements PlacementScorer {
    static final String LABEL = "${vendor}/${artifactId}";

    @Override
    public String name() {
        return "${vendor}/${artifactId}";
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        BitSet preferred = context.view().withLabel(LABEL, "true");
        return preferred.isEmpty() ? Optional.empty() : Optional.of(new Preferred(preferred));
    }

    /** 100 for preferred nodes, 0 for all others. */
    private record Preferred(BitSet nodes) implements GroupScorer {
        @Override
        public void score(BitSet candidates, double[] scores) {
            for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
                scores[slot] = nodes.get(slot) ? 100 : 0;
            }
        }

        /** The same scores as sets of nodes: with them no node needs to be looked at. */
        @Override
        public Optional<List<Level>> levels() {
            return Optional.of(List.of(new Level(nodes, 100)));
        }
    }
}

package com.example.energy;

import java.util.BitSet;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Prefers nodes with the label {@code example.com/energy=green}; has no opinion while no node has it. */
@Component(service = PlacementScorer.class)
public final class GreenEnergyScorer implements PlacementScorer {
    static final String LABEL = "example.com/energy";

    @Activate
    public GreenEnergyScorer() {}

    @Override
    public String name() {
        return "example.com/green-energy";
    }

    @Override
    public double weight() {
        return 2;
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        BitSet green = context.view().withLabel(LABEL, "green");
        if (green.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of((candidates, scores) -> {
            for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
                scores[slot] = green.get(slot) ? 100 : 0;
            }
        });
    }
}

package org.kochab.scheduler.internal.core.plugins;

import java.util.Optional;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** Only nodes that answer. */
public final class NodeReady implements PlacementFilter {
    @Override
    public String name() {
        return "node-ready";
    }

    @Override
    public int order() {
        return 10;
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        return Optional.of(new Mask(
                context.view().ready(),
                Refusal.Code.UNFIT_NOW,
                refused -> Words.nodes(refused.cardinality(), "is", "are") + " not ready"));
    }
}

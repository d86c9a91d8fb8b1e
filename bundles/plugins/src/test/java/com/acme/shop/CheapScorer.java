package com.acme.shop;

import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/** A vendor's plugin that works. */
public class CheapScorer implements PlacementScorer {
    @Override
    public String name() {
        return "acme.com/cheap";
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        return Optional.empty();
    }
}

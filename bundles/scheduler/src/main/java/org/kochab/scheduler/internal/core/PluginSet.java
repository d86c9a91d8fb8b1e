package org.kochab.scheduler.internal.core;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;

/** The plugins of one batch, in the order they are asked: by order, then by name. */
public record PluginSet(List<PlacementFilter> filters, List<PlacementScorer> scorers, List<PlacementRules> rules) {
    public PluginSet {
        filters = filters.stream()
                .sorted(Comparator.comparingInt(PlacementFilter::order).thenComparing(PlacementFilter::name))
                .toList();
        scorers = scorers.stream()
                .sorted(Comparator.comparingInt(PlacementScorer::order).thenComparing(PlacementScorer::name))
                .toList();
        rules = rules.stream()
                .sorted(Comparator.comparingInt(PlacementRules::order).thenComparing(PlacementRules::name))
                .toList();
    }

    /** These and others. */
    public PluginSet with(
            List<PlacementFilter> moreFilters, List<PlacementScorer> moreScorers, List<PlacementRules> moreRules) {
        return new PluginSet(
                Stream.concat(filters.stream(), moreFilters.stream()).toList(),
                Stream.concat(scorers.stream(), moreScorers.stream()).toList(),
                Stream.concat(rules.stream(), moreRules.stream()).toList());
    }
}

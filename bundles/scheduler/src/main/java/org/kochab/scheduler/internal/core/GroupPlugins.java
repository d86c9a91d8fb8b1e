package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;

/** The plugins at work on one group. */
final class GroupPlugins {
    record Filter(String plugin, GroupFilter filter, boolean changes) {}

    /** @param share of all weights */
    record Rule(String plugin, DomainRule rule, double share) {}

    /** @param share of all weights */
    record Scorer(GroupScorer scorer, double share) {
        double points(int slot) {
            return Points.of(scorer.score(slot), share);
        }
    }

    final List<Filter> filters = new ArrayList<>();
    private final List<GroupFilter> changingFilters = new ArrayList<>();
    final List<Rule> rules = new ArrayList<>();
    /** Scorers that do not change with placements. */
    final List<Scorer> steady = new ArrayList<>();
    /** Those that do. */
    final List<Scorer> changing = new ArrayList<>();

    GroupPlugins(PlacementContext context, PluginSet plugins) {
        for (PlacementFilter plugin : plugins.filters()) {
            plugin.begin(context).ifPresent(f -> {
                boolean changes = f.changes();
                filters.add(new Filter(plugin.name(), f, changes));
                if (changes) {
                    changingFilters.add(f);
                }
            });
        }
        List<Rule> begun = new ArrayList<>();
        double weights = 0;
        for (PlacementRules plugin : plugins.rules()) {
            for (DomainRule rule : plugin.begin(context)) {
                double weight = rule.weight();
                begun.add(new Rule(plugin.name(), rule, weight));
                weights += weight;
            }
        }
        List<Scorer> scorers = new ArrayList<>();
        for (PlacementScorer plugin : plugins.scorers()) {
            var scorer = plugin.begin(context);
            if (scorer.isPresent()) {
                scorers.add(new Scorer(scorer.get(), plugin.weight()));
                weights += plugin.weight();
            }
        }
        for (Rule rule : begun) {
            rules.add(new Rule(rule.plugin, rule.rule, weights == 0 ? 0 : rule.share / weights));
        }
        for (Scorer s : scorers) {
            (s.scorer.changes() ? changing : steady).add(new Scorer(s.scorer, s.share / weights));
        }
    }

    /** Slots that the filters which do not change leave of these; the same set, not to be changed, if there are no such filters. */
    BitSet filter(BitSet live) {
        BitSet candidates = live;
        for (Filter f : filters) {
            if (f.changes) {
                continue;
            }
            if (candidates == live) {
                candidates = (BitSet) live.clone();
            }
            if (!candidates.isEmpty()) {
                f.filter.filter(candidates);
            }
        }
        return candidates;
    }

    /** Whether the filters that change leave a slot. */
    boolean accepts(int slot) {
        for (int i = 0; i < changingFilters.size(); i++) {
            if (!changingFilters.get(i).accepts(slot)) {
                return false;
            }
        }
        return true;
    }

    /** What a slot must have free, by resource, for the filters that change. */
    SortedMap<String, Long> needs() {
        SortedMap<String, Long> needs = new TreeMap<>();
        changingFilters.forEach(f -> f.needs().forEach((resource, least) -> needs.merge(resource, least, Math::max)));
        return needs;
    }

    /** What the scorers that change give to a slot as things are now. */
    double changingPoints(int slot) {
        double points = 0;
        for (int i = 0; i < changing.size(); i++) {
            points += changing.get(i).points(slot);
        }
        return points;
    }

    /** Tells filters that a pod has been placed. */
    void placedToFilters(int slot) {
        for (int i = 0; i < changingFilters.size(); i++) {
            changingFilters.get(i).placed(slot);
        }
    }

    /** Tells scorers that a pod has been placed on a slot that may take another one. */
    void placedToScorers(int slot) {
        for (int i = 0; i < changing.size(); i++) {
            changing.get(i).scorer.placed(slot);
        }
    }
}

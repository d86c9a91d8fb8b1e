package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.kochab.scheduler.internal.core.Cells.Cell;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;

/** One group on its way. */
final class GroupRun {
    private final BatchView view;
    private final PodGroup group;
    private final Engine.Scratch scratch;
    private final List<String> filterNames = new ArrayList<>();
    private final List<GroupFilter> filters = new ArrayList<>();
    private final List<GroupFilter> steadyFilters = new ArrayList<>();
    private final List<GroupFilter> changingFilters = new ArrayList<>();
    private final List<String> ruleNames = new ArrayList<>();
    private final List<RuleState> rules = new ArrayList<>();
    private final List<GroupScorer> steady = new ArrayList<>();
    private final List<Double> steadyShares = new ArrayList<>();
    private final List<GroupScorer> changing = new ArrayList<>();
    private final List<Double> changingShares = new ArrayList<>();
    private final Demand demand;
    private final int[] used;
    private int placed;

    GroupRun(BatchView view, PodGroup group, PluginSet plugins, Engine.Scratch scratch) {
        this.view = view;
        this.group = group;
        this.scratch = scratch;
        this.used = new int[group.podUids().size()];
        this.demand = new Demand(view, group);
        begin(plugins);
    }

    private void begin(PluginSet plugins) {
        PlacementContext context = new PlacementContext(view, group);
        for (PlacementFilter plugin : plugins.filters()) {
            plugin.begin(context).ifPresent(f -> {
                filterNames.add(plugin.name());
                filters.add(f);
                (f.changes() ? changingFilters : steadyFilters).add(f);
            });
        }
        double weights = 0;
        for (PlacementRules plugin : plugins.rules()) {
            for (DomainRule rule : plugin.begin(context)) {
                ruleNames.add(plugin.name());
                rules.add(new RuleState(rule, view.topology(rule.topologyKey()), view.isSingle(rule.topologyKey())));
                weights += rule.weight();
            }
        }
        List<GroupScorer> scorers = new ArrayList<>();
        List<Double> scorerWeights = new ArrayList<>();
        for (PlacementScorer plugin : plugins.scorers()) {
            var scorer = plugin.begin(context);
            if (scorer.isPresent()) {
                scorers.add(scorer.get());
                scorerWeights.add(plugin.weight());
                weights += plugin.weight();
            }
        }
        for (RuleState rule : rules) {
            rule.share(weights == 0 ? 0 : rule.rule.weight() / weights);
        }
        for (int i = 0; i < scorers.size(); i++) {
            GroupScorer scorer = scorers.get(i);
            (scorer.changes() ? changing : steady).add(scorer);
            (scorer.changes() ? changingShares : steadyShares).add(scorerWeights.get(i) / weights);
        }
    }

    List<Decision> place() {
        Cells cells = rank();
        int n = used.length;
        List<Decision> decisions = new ArrayList<>(n);
        while (placed < n) {
            Cell cell = cells.best();
            if (cell == null) {
                break;
            }
            int slot = cell.ranking.bestSlot();
            double score = Points.score(Points.raise(cell.ranking.bestRank(), cell.points));
            decisions.add(new Decision.Assigned(group.podUids().get(placed), view.nodeName(slot), score));
            used[placed++] = slot;
            take(cells, cell, slot);
        }
        if (placed < n) {
            reject(decisions);
        }
        view.add(group, used, placed);
        return decisions;
    }

    /** Filters and scores; what only a few slots need to be asked is asked last. */
    private Cells rank() {
        BitSet candidates = (BitSet) view.live().clone();
        for (GroupFilter filter : steadyFilters) {
            if (candidates.isEmpty()) {
                break;
            }
            filter.filter(candidates);
        }
        Cells cells = new Cells(rules, used.length);
        addPoints(steady, steadyShares, candidates, scratch.steady);
        addPoints(changing, changingShares, candidates, scratch.moving);
        long[] words = candidates.toLongArray();
        if (cells.isOne()) {
            fill(cells.of(0).ranking, words);
        } else {
            fill(cells, words);
        }
        cells.order();
        return cells;
    }

    private void fill(Ranking ranking, long[] words) {
        double[] a = scratch.steady;
        double[] b = scratch.moving;
        double least = ranking.leastPoints();
        for (int w = 0; w < words.length; w++) {
            for (long word = words[w]; word != 0; word &= word - 1) {
                int slot = (w << 6) + Long.numberOfTrailingZeros(word);
                double points = a[slot] + b[slot];
                if (points >= least && accepts(slot)) {
                    ranking.offer(Points.rank(points, scratch.ties[slot]), slot);
                    least = ranking.leastPoints();
                }
            }
        }
    }

    private void fill(Cells cells, long[] words) {
        double[] a = scratch.steady;
        double[] b = scratch.moving;
        for (int w = 0; w < words.length; w++) {
            for (long word = words[w]; word != 0; word &= word - 1) {
                int slot = (w << 6) + Long.numberOfTrailingZeros(word);
                double points = a[slot] + b[slot];
                Ranking ranking = cells.of(slot).ranking;
                if (points >= ranking.leastPoints() && accepts(slot)) {
                    ranking.offer(Points.rank(points, scratch.ties[slot]), slot);
                }
            }
        }
    }

    private boolean accepts(int slot) {
        for (int i = 0; i < changingFilters.size(); i++) {
            if (!changingFilters.get(i).accepts(slot)) {
                return false;
            }
        }
        return true;
    }

    private void addPoints(List<GroupScorer> scorers, List<Double> shares, BitSet candidates, double[] into) {
        int n = Math.min(into.length, candidates.length());
        Arrays.fill(into, 0, n, 0);
        for (int i = 0; i < scorers.size(); i++) {
            scorers.get(i).score(candidates, scratch.scores);
            Points.add(scratch.scores, shares.get(i), into, n);
        }
    }

    /** Counts a pod on the best slot of a cell, and ranks that slot anew. */
    private void take(Cells cells, Cell cell, int slot) {
        demand.add(slot, 1);
        for (int i = 0; i < changingFilters.size(); i++) {
            changingFilters.get(i).placed(slot);
        }
        boolean moved = cells.placed(slot);
        if (!accepts(slot)) {
            cell.ranking.removeBest();
            return;
        }
        double points = scratch.steady[slot];
        for (int i = 0; i < changing.size(); i++) {
            GroupScorer scorer = changing.get(i);
            scorer.placed(slot);
            points += Points.of(scorer.score(slot), changingShares.get(i));
        }
        long rank = Points.rank(points, scratch.ties[slot]);
        if (moved) {
            cell.ranking.removeBest();
            cells.of(slot).ranking.add(rank, slot);
        } else {
            cell.ranking.rerankBest(rank);
        }
    }

    private void reject(List<Decision> decisions) {
        List<Refusal> refusals = explain();
        if (group.allOrNothing()) {
            if (placed > 0) {
                refusals = asAGroup(refusals);
            }
            for (int i = 0; i < placed; i++) {
                demand.add(used[i], -1);
            }
            placed = 0;
            decisions.clear();
        }
        for (int i = placed; i < used.length; i++) {
            decisions.add(new Decision.Rejected(group.podUids().get(i), refusals));
        }
    }

    private List<Refusal> asAGroup(List<Refusal> refusals) {
        String start = placed + " of " + used.length
                + " pods fit, and the group is placed as a whole or not at all; for the next one ";
        return refusals.stream()
                .map(r -> new Refusal(r.plugin(), r.code(), r.nodes(), start + r.reason()))
                .toList();
    }

    /** Asks every filter and rule again, as things are now, and gives each the nodes that it is the first to refuse. */
    private List<Refusal> explain() {
        BitSet rest = (BitSet) view.live().clone();
        List<Refusal> refusals = new ArrayList<>();
        if (rest.isEmpty()) {
            return List.of(new Refusal("nodes", Refusal.Code.UNFIT_NOW, 0, "there are no nodes yet"));
        }
        for (int i = 0; i < filters.size() && !rest.isEmpty(); i++) {
            BitSet refused = (BitSet) rest.clone();
            filters.get(i).filter(rest);
            refused.andNot(rest);
            if (!refused.isEmpty()) {
                GroupFilter filter = filters.get(i);
                refusals.add(
                        new Refusal(filterNames.get(i), filter.code(), refused.cardinality(), filter.reason(refused)));
            }
        }
        for (int i = 0; i < rules.size() && !rest.isEmpty(); i++) {
            RuleState rule = rules.get(i);
            BitSet refused = new BitSet();
            for (int slot = rest.nextSetBit(0); slot >= 0; slot = rest.nextSetBit(slot + 1)) {
                if (!rule.accepts(rule.state(slot))) {
                    refused.set(slot);
                }
            }
            rest.andNot(refused);
            if (!refused.isEmpty()) {
                refusals.add(new Refusal(
                        ruleNames.get(i), rule.rule.code(), refused.cardinality(), rule.rule.reason(refused)));
            }
        }
        refusals.sort(
                java.util.Comparator.comparingInt(Refusal::nodes).reversed().thenComparing(Refusal::plugin));
        return List.copyOf(refusals);
    }
}

package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;

/** One group on its way. */
final class GroupRun {
    private final Batch batch;
    private final PodGroup group;
    private final GroupPlugins plugins;
    private final Demand demand;
    private final int[] used;
    private int placed;
    /** Slots by index; null if all slots have been scanned. */
    private @Nullable Search search;

    private @Nullable Scan scan;
    private List<RuleState> rules = List.of();

    GroupRun(Batch batch, PodGroup group, PluginSet plugins) {
        this.batch = batch;
        this.group = group;
        this.plugins = new GroupPlugins(new PlacementContext(batch.view, group), plugins);
        this.demand = new Demand(batch.view, group);
        this.used = new int[group.podUids().size()];
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
            int slot = cell.bestSlot();
            double score = Points.score(Points.raise(cell.bestRank(), cell.points));
            decisions.add(new Decision.Assigned(group.podUids().get(placed), batch.view.nodeName(slot), score));
            used[placed++] = slot;
            take(cells, cell, slot);
        }
        for (int i = 0; i < placed; i++) {
            batch.inUse.clear(used[i]);
        }
        if (placed < n) {
            reject(decisions);
        }
        batch.placed(group, used, placed);
        return decisions;
    }

    private Cells rank() {
        BitSet candidates = plugins.filter(batch.view.live());
        search = Search.begin(batch, plugins, candidates, used.length).orElse(null);
        if (search != null) {
            rules = search.rules();
            return search.cells();
        }
        rules = plugins.rules.stream()
                .map(r -> new RuleState(
                        r,
                        batch.view.topology(r.rule().topologyKey()),
                        batch.view.isSingle(r.rule().topologyKey())))
                .toList();
        scan = new Scan(batch, plugins);
        return scan.rank(candidates, rules, used.length);
    }

    /** Counts a pod on the best slot of a cell, and ranks that slot anew. */
    private void take(Cells cells, Cell cell, int slot) {
        demand.add(slot, 1);
        batch.inUse.set(slot);
        plugins.placedToFilters(slot);
        boolean moved = cells.placed(slot);
        if (moved && search != null) {
            search.addNeighbours(slot);
        }
        if (!plugins.accepts(slot)) {
            cell.removeBest();
            return;
        }
        plugins.placedToScorers(slot);
        double steady = search != null ? search.steadyPoints(slot) : scan != null ? scan.steadyPoints(slot) : 0;
        long rank = Points.rank(steady + plugins.changingPoints(slot), batch.tie(slot));
        if (moved) {
            cell.removeBest();
            cells.of(slot).add(rank, slot);
        } else {
            cell.rerankBest(rank);
        }
    }

    private void reject(List<Decision> decisions) {
        List<Refusal> refusals = Explanation.of(batch.view.live(), plugins, rules);
        if (group.allOrNothing()) {
            if (placed > 0) {
                refusals = Explanation.asAGroup(refusals, placed, used.length);
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
}

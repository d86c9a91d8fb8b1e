package org.kochab.scheduler.internal.core;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PodGroup;

/** What the groups of a batch share: the cluster with what has been placed so far, and what is made of it once. */
final class Batch {
    final BatchView view;
    final Tuning tuning;
    /** Slots that the group at work has used. */
    final BitSet inUse = new BitSet();

    private final long seed;
    private final long[] identity;
    private final Map<List<String>, Amounts> amounts = new LinkedHashMap<>();
    private final Map<String, Members> members = new HashMap<>();
    private Scan.@Nullable Columns columns;

    Batch(ClusterView view, long seed, Tuning tuning) {
        this.view = new BatchView(view);
        this.seed = seed;
        this.tuning = tuning;
        this.identity = view.identity();
    }

    /** Decides between slots that are equally good. */
    long tie(int slot) {
        return Points.tie(identity[slot], seed);
    }

    Scan.Columns columns() {
        if (columns == null) {
            columns = new Scan.Columns(view.slots());
        }
        return columns;
    }

    Amounts amounts(List<String> resources) {
        return amounts.computeIfAbsent(resources, k -> new Amounts(this, k));
    }

    Members members(String topologyKey) {
        return members.computeIfAbsent(topologyKey, k -> new Members(view.topology(k), view.live()));
    }

    /** Counts a group's pods, once it is done. */
    void placed(PodGroup group, int[] slots, int n) {
        view.add(group, slots, n);
        amounts.values().forEach(a -> a.placed(group.requests(), slots, n));
    }
}

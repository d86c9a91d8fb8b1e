package org.kochab.scheduler.internal.core;

import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PodGroup;

/** What one pod of a group takes from a node, and the columns it is taken from. */
final class Demand {
    private final long[] asked;
    private final long[][] committed;
    private final double[][] used;
    private final double[][] inverse;

    Demand(BatchView view, PodGroup group) {
        int n = group.requests().size();
        asked = new long[n];
        committed = new long[n][];
        used = new double[n][];
        inverse = new double[n][];
        int k = 0;
        for (var e : group.requests().entrySet()) {
            asked[k] = e.getValue();
            committed[k] = view.committed(e.getKey());
            used[k] = view.used(e.getKey());
            inverse[k++] = view.inverse(e.getKey());
        }
    }

    void add(int slot, int pods) {
        for (int k = 0; k < asked.length; k++) {
            committed[k][slot] += pods * asked[k];
            used[k][slot] = ClusterView.share(committed[k][slot], inverse[k][slot]);
        }
    }
}

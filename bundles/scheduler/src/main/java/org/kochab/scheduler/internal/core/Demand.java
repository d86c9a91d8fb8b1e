package org.kochab.scheduler.internal.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PodGroup;

/** What one pod of a group takes from a node, and the columns it is taken from. */
final class Demand {
    private final BatchView view;
    private final List<String> resources;
    private final long[] asked;
    private final long[][] committed;
    /** Only those that somebody has asked the view for. */
    private final double @Nullable [][] used;

    private final double[][] inverse;
    private int usedColumns;

    Demand(BatchView view, PodGroup group) {
        int n = group.requests().size();
        this.view = view;
        resources = List.copyOf(group.requests().keySet());
        asked = new long[n];
        committed = new long[n][];
        used = new double[n][];
        inverse = new double[n][];
        for (int k = 0; k < n; k++) {
            asked[k] = group.requests().get(resources.get(k));
            committed[k] = view.committed(resources.get(k));
            inverse[k] = view.inverse(resources.get(k));
        }
    }

    void add(int slot, int pods) {
        if (usedColumns != view.usedColumns()) {
            usedColumns = view.usedColumns();
            for (int k = 0; k < asked.length; k++) {
                used[k] = view.usedIfAsked(resources.get(k));
            }
        }
        for (int k = 0; k < asked.length; k++) {
            committed[k][slot] += pods * asked[k];
            double[] column = used[k];
            if (column != null) {
                column[slot] = ClusterView.share(committed[k][slot], inverse[k][slot]);
            }
        }
    }
}

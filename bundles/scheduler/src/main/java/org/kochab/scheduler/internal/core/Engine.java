package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;

/**
 * Places a batch, group by group: filters and ranks the nodes once a group, then takes the best node for each pod and ranks only that node anew. The
 * outcome is exactly that of filtering and scoring all nodes for every pod. A function of its arguments, without state.
 */
public final class Engine {
    private Engine() {}

    /** See {@link org.kochab.spi.scheduler.Scheduler#place}. */
    public static List<Decision> place(ClusterView view, List<PodGroup> batch, long seed, PluginSet plugins) {
        BatchView batchView = new BatchView(view);
        Scratch scratch = new Scratch(view, seed);
        List<Decision> decisions = new ArrayList<>();
        for (PodGroup group : batch) {
            decisions.addAll(new GroupRun(batchView, group, plugins, scratch).place());
        }
        return decisions;
    }

    /** Columns that every group of a batch uses anew. */
    static final class Scratch {
        final double[] scores;
        /** Points of scorers that do not change with placements. */
        final double[] steady;
        /** Points of those that do. */
        final double[] moving;

        final long[] ties;

        Scratch(ClusterView view, long seed) {
            int n = view.slots();
            scores = new double[n];
            steady = new double[n];
            moving = new double[n];
            ties = new long[n];
            long[] identity = view.identity();
            for (int slot = 0; slot < n; slot++) {
                ties[slot] = Points.tie(identity[slot], seed);
            }
        }
    }
}

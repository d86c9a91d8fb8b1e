package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;

/**
 * Places a batch, group by group: ranks the nodes once a group, then takes the best node for each pod and ranks only that node anew. Where all plugins say what
 * their scores depend on, nodes are found by indexes that are made once a batch; otherwise by a pass over all. The outcome is exactly that of filtering and
 * scoring all nodes for every pod. A function of its arguments, without state.
 */
public final class Engine {
    private Engine() {}

    /** See {@link org.kochab.spi.scheduler.Scheduler#place}. */
    public static List<Decision> place(ClusterView view, List<PodGroup> batch, long seed, PluginSet plugins) {
        return place(view, batch, seed, plugins, Tuning.DEFAULT);
    }

    static List<Decision> place(ClusterView view, List<PodGroup> groups, long seed, PluginSet plugins, Tuning tuning) {
        Batch batch = new Batch(view, seed, tuning);
        List<Decision> decisions = new ArrayList<>();
        for (PodGroup group : groups) {
            decisions.addAll(new GroupRun(batch, group, plugins).place());
        }
        return decisions;
    }
}

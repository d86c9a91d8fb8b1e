package org.kochab.benchmarks.guard;

import java.util.List;
import org.kochab.benchmarks.Workload;
import org.kochab.partition.internal.core.view.ClusterModel;
import org.kochab.scheduler.internal.core.Engine;
import org.kochab.scheduler.internal.core.Profile;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;

/** The decision core with all plugins: 2,000 pods in groups of 20 on 5,000 nodes. */
final class Placing implements Case {
    private static final int PODS = 2_000;

    private final ClusterModel model;
    private final List<PodGroup> pods;

    Placing() {
        Workload workload = new Workload(true, false, 42);
        this.model = workload.cluster(5_000);
        this.pods = workload.batch(PODS, 20);
    }

    @Override
    public String name() {
        return "placing";
    }

    @Override
    public void work() {
        List<Decision> decisions = Engine.place(model.view(), pods, 7, Profile.SPREAD.plugins());
        long placed =
                decisions.stream().filter(Decision.Assigned.class::isInstance).count();
        if (placed != PODS) {
            throw new IllegalStateException(placed + " of " + PODS + " pods were placed");
        }
    }
}

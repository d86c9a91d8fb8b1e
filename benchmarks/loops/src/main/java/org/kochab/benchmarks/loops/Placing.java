package org.kochab.benchmarks.loops;

import java.util.List;
import org.kochab.benchmarks.Workload;
import org.kochab.partition.internal.core.view.ClusterModel;
import org.kochab.scheduler.internal.core.Engine;
import org.kochab.scheduler.internal.core.Profile;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Decisions with all plugins about groups of equal pods, on an empty cluster: a call places the whole group. */
@State(Scope.Thread)
public class Placing {
    @Param({"5000", "50000"})
    public int nodes;

    @Param({"1", "500"})
    public int equalPods;

    private ClusterModel model = new ClusterModel();
    private List<PodGroup> batch = List.of();

    @Setup
    public void prepare() {
        Workload workload = new Workload(true, false, 42);
        model = workload.cluster(nodes);
        batch = workload.batch(equalPods, equalPods);
    }

    @Benchmark
    public List<Decision> place() {
        return Engine.place(model.view(), batch, 7, Profile.SPREAD.plugins());
    }
}

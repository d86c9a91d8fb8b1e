package org.kochab.testkit.scheduler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PodGroup;

/** A group to be placed, with the cluster as it is after the groups before it. */
record PlacementCase(long seed, TestCluster cluster, PodGroup group) {
    private static final int SEEDS = 60;

    /** Cases by the hundred, always the same ones. */
    static List<PlacementCase> all(Map<String, List<String>> nodeLabels) {
        List<PlacementCase> all = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomCases cases = new RandomCases(seed, nodeLabels);
            TestCluster cluster = cases.cluster();
            for (PodGroup group : cases.batch()) {
                PlacementCase now = new PlacementCase(seed, cluster.copy(), group);
                all.add(now);
                now.roomy().stream().limit(2).forEach(slot -> cluster.place(group, slot));
            }
        }
        return all;
    }

    /** Nodes that have what one pod asks for: a plugin is asked about no others in the end. */
    BitSet roomy() {
        BitSet roomy = cluster.live();
        group.requests().forEach((resource, amount) -> {
            long[] allocatable = cluster.allocatable(resource);
            long[] committed = cluster.committed(resource);
            cluster.live().stream()
                    .filter(slot -> allocatable[slot] - committed[slot] < amount)
                    .forEach(roomy::clear);
        });
        return roomy;
    }

    WatchedView view() {
        return new WatchedView(cluster);
    }

    PlacementContext context(WatchedView view) {
        return new PlacementContext(view, group);
    }

    /** With one more pod of the group on a node. */
    PlacementCase placed(int slot) {
        return new PlacementCase(seed, cluster.copy().place(group, slot), group);
    }

    @Override
    public String toString() {
        return "seed " + seed + ", group " + group.podUids().get(0);
    }
}

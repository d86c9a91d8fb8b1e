package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/**
 * Scores a node by how much of it would be in use with the pod: of cpu and memory, and of every other resource that the pod asks for; of the number of
 * pods only for a pod that asks for nothing else.
 */
public final class Allocation implements PlacementScorer {
    /** What is good. */
    public enum Aim {
        /** The mean share that stays free. */
        LEAST("least-allocated"),
        /** The mean share in use. */
        MOST("most-allocated"),
        /** Shares in use close to each other. */
        BALANCED("balanced");

        private final String text;

        Aim(String text) {
            this.text = text;
        }
    }

    private final Aim aim;

    public Allocation(Aim aim) {
        this.aim = aim;
    }

    @Override
    public String name() {
        return aim.text;
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        List<String> names = new ArrayList<>(List.of("cpu", "memory"));
        boolean asks = false;
        for (var e : context.group().requests().entrySet()) {
            if (e.getKey().equals("pods") || e.getValue() <= 0) {
                continue;
            }
            asks = true;
            if (!names.contains(e.getKey())) {
                names.add(e.getKey());
            }
        }
        if (!asks) {
            names.add("pods");
        }
        ClusterView view = context.view();
        int n = names.size();
        long[][] allocatable = new long[n][];
        long[][] committed = new long[n][];
        long[] asked = new long[n];
        for (int k = 0; k < n; k++) {
            allocatable[k] = view.allocatable(names.get(k));
            committed[k] = view.committed(names.get(k));
            asked[k] = context.group().requests().getOrDefault(names.get(k), 0L);
        }
        return Optional.of(
                aim == Aim.BALANCED
                        ? new Balance(allocatable, committed, asked)
                        : new Share(allocatable, committed, asked, aim == Aim.LEAST));
    }

    /** The share in use with one more pod; a resource that a node does not have is wholly in use. */
    private static double used(long[] allocatable, long[] committed, long asked, int slot) {
        long all = allocatable[slot];
        return all <= 0 ? 1 : Math.min(1, Math.max(0, committed[slot] + asked) / (double) all);
    }

    private record Share(long[][] allocatable, long[][] committed, long[] asked, boolean least) implements GroupScorer {
        @Override
        public void score(BitSet candidates, double[] scores) {
            for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
                scores[slot] = score(slot);
            }
        }

        @Override
        public boolean changes() {
            return true;
        }

        @Override
        public double score(int slot) {
            double sum = 0;
            for (int k = 0; k < asked.length; k++) {
                sum += used(allocatable[k], committed[k], asked[k], slot);
            }
            double mean = sum / asked.length;
            return 100 * (least ? 1 - mean : mean);
        }
    }

    private record Balance(long[][] allocatable, long[][] committed, long[] asked) implements GroupScorer {
        @Override
        public void score(BitSet candidates, double[] scores) {
            for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
                scores[slot] = score(slot);
            }
        }

        @Override
        public boolean changes() {
            return true;
        }

        /** 100 less the standard deviation of the shares in points. */
        @Override
        public double score(int slot) {
            double sum = 0;
            double squares = 0;
            for (int k = 0; k < asked.length; k++) {
                double used = used(allocatable[k], committed[k], asked[k], slot);
                sum += used;
                squares += used * used;
            }
            double mean = sum / asked.length;
            return 100 * (1 - Math.sqrt(Math.max(0, squares / asked.length - mean * mean)));
        }
    }
}

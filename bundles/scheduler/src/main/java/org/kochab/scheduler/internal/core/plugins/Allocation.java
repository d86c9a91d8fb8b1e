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
        /** Shares in use close to each other: 100 less their standard deviation in points. */
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
        double[][] used = new double[n][];
        double[][] inverse = new double[n][];
        long[] asked = new long[n];
        for (int k = 0; k < n; k++) {
            used[k] = view.used(names.get(k));
            inverse[k] = view.inverse(names.get(k));
            asked[k] = context.group().requests().getOrDefault(names.get(k), 0L);
        }
        if (n == 2) {
            return Optional.of(new Two(used[0], used[1], inverse[0], inverse[1], asked[0], asked[1], aim));
        }
        return Optional.of(new Many(used, inverse, asked, aim));
    }

    /** The common shape: loops without branches, several slots at a time. */
    private record Two(double[] u0, double[] u1, double[] i0, double[] i1, double a0, double a1, Aim aim)
            implements GroupScorer {
        @Override
        public void score(BitSet candidates, double[] scores) {
            int n = Math.min(candidates.length(), scores.length);
            switch (aim) {
                case LEAST -> least(scores, n);
                case MOST -> most(scores, n);
                case BALANCED -> balanced(scores, n);
            }
        }

        private void least(double[] scores, int n) {
            for (int slot = 0; slot < n; slot++) {
                scores[slot] = 100 - 50 * ((u0[slot] + a0 * i0[slot]) + (u1[slot] + a1 * i1[slot]));
            }
        }

        private void most(double[] scores, int n) {
            for (int slot = 0; slot < n; slot++) {
                scores[slot] = 50 * ((u0[slot] + a0 * i0[slot]) + (u1[slot] + a1 * i1[slot]));
            }
        }

        private void balanced(double[] scores, int n) {
            for (int slot = 0; slot < n; slot++) {
                scores[slot] = 100 - 50 * Math.abs((u0[slot] + a0 * i0[slot]) - (u1[slot] + a1 * i1[slot]));
            }
        }

        @Override
        public boolean changes() {
            return true;
        }

        @Override
        public double score(int slot) {
            double x = u0[slot] + a0 * i0[slot];
            double y = u1[slot] + a1 * i1[slot];
            return switch (aim) {
                case LEAST -> 100 - 50 * (x + y);
                case MOST -> 50 * (x + y);
                case BALANCED -> 100 - 50 * Math.abs(x - y);
            };
        }
    }

    private record Many(double[][] used, double[][] inverse, long[] asked, Aim aim) implements GroupScorer {
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
            double squares = 0;
            for (int k = 0; k < asked.length; k++) {
                double share = used[k][slot] + asked[k] * inverse[k][slot];
                sum += share;
                squares += share * share;
            }
            double mean = sum / asked.length;
            return switch (aim) {
                case LEAST -> 100 - 100 * mean;
                case MOST -> 100 * mean;
                case BALANCED -> 100 - 100 * Math.sqrt(Math.max(0, squares / asked.length - mean * mean));
            };
        }
    }
}

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
        long[][] committed = new long[n][];
        double[][] inverse = new double[n][];
        long[] asked = new long[n];
        for (int k = 0; k < n; k++) {
            committed[k] = view.committed(names.get(k));
            inverse[k] = view.inverse(names.get(k));
            asked[k] = context.group().requests().getOrDefault(names.get(k), 0L);
        }
        if (n == 2) {
            return Optional.of(new Two(view, names, committed, inverse, asked[0], asked[1], aim));
        }
        return Optional.of(new Many(names, committed, inverse, asked, aim));
    }

    /** The common shape: loops without branches, several slots at a time. */
    private record Two(
            ClusterView view,
            List<String> resources,
            long[][] committed,
            double[][] inverse,
            double a0,
            double a1,
            Aim aim)
            implements GroupScorer {
        @Override
        public void score(BitSet candidates, double[] scores) {
            int n = Math.min(candidates.length(), scores.length);
            double[] u0 = view.used(resources.get(0));
            double[] u1 = view.used(resources.get(1));
            switch (aim) {
                case LEAST -> least(u0, u1, inverse[0], inverse[1], scores, n);
                case MOST -> most(u0, u1, inverse[0], inverse[1], scores, n);
                case BALANCED -> balanced(u0, u1, inverse[0], inverse[1], scores, n);
            }
        }

        private void least(double[] u0, double[] u1, double[] i0, double[] i1, double[] scores, int n) {
            for (int slot = 0; slot < n; slot++) {
                scores[slot] = 100 - 50 * ((u0[slot] + a0 * i0[slot]) + (u1[slot] + a1 * i1[slot]));
            }
        }

        private void most(double[] u0, double[] u1, double[] i0, double[] i1, double[] scores, int n) {
            for (int slot = 0; slot < n; slot++) {
                scores[slot] = 50 * ((u0[slot] + a0 * i0[slot]) + (u1[slot] + a1 * i1[slot]));
            }
        }

        private void balanced(double[] u0, double[] u1, double[] i0, double[] i1, double[] scores, int n) {
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
            double i0 = inverse[0][slot];
            double i1 = inverse[1][slot];
            double x = ClusterView.share(committed[0][slot], i0) + a0 * i0;
            double y = ClusterView.share(committed[1][slot], i1) + a1 * i1;
            return switch (aim) {
                case LEAST -> 100 - 50 * (x + y);
                case MOST -> 50 * (x + y);
                case BALANCED -> 100 - 50 * Math.abs(x - y);
            };
        }

        /** Rounding keeps order, so that the bounds of the parts bound the score. */
        @Override
        public double atMost(double[] leastUsed, double[] mostUsed, double[] leastInverse, double[] mostInverse) {
            double x = leastUsed[0] + a0 * leastInverse[0];
            double y = leastUsed[1] + a1 * leastInverse[1];
            if (aim == Aim.LEAST) {
                return 100 - 50 * (x + y);
            }
            double mostX = mostUsed[0] + a0 * mostInverse[0];
            double mostY = mostUsed[1] + a1 * mostInverse[1];
            if (aim == Aim.MOST) {
                return 50 * (mostX + mostY);
            }
            return 100 - 50 * Math.max(0, Math.max(x - mostY, y - mostX));
        }
    }

    private record Many(List<String> resources, long[][] committed, double[][] inverse, long[] asked, Aim aim)
            implements GroupScorer {
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
                double share = ClusterView.share(committed[k][slot], inverse[k][slot]) + asked[k] * inverse[k][slot];
                sum += share;
                squares += share * share;
            }
            return score(sum, squares);
        }

        private double score(double sum, double squares) {
            double mean = sum / asked.length;
            return switch (aim) {
                case LEAST -> 100 - 100 * mean;
                case MOST -> 100 * mean;
                case BALANCED -> 100 - 100 * Math.sqrt(Math.max(0, squares / asked.length - mean * mean));
            };
        }

        @Override
        public double atMost(double[] leastUsed, double[] mostUsed, double[] leastInverse, double[] mostInverse) {
            double least = 0;
            double most = 0;
            double squares = 0;
            boolean same = true;
            for (int k = 0; k < asked.length; k++) {
                double low = leastUsed[k] + asked[k] * leastInverse[k];
                double high = mostUsed[k] + asked[k] * mostInverse[k];
                least += low;
                most += high;
                squares += high * high;
                same &= low == high;
            }
            if (aim == Aim.BALANCED) {
                return same ? score(most, squares) : 100;
            }
            return score(aim == Aim.LEAST ? least : most, squares);
        }
    }
}

package org.kochab.scheduler.internal.core;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Ranks by a pass over all slots: for any plugins. */
final class Scan {
    /** Columns that every scan of a batch uses anew. */
    static final class Columns {
        private final double[] scores;
        /** Points of scorers that do not change with placements. */
        private final double[] steady;
        /** Points of those that do. */
        private final double[] moving;

        Columns(int slots) {
            scores = new double[slots];
            steady = new double[slots];
            moving = new double[slots];
        }
    }

    private final Batch batch;
    private final GroupPlugins plugins;
    private final Columns columns;

    Scan(Batch batch, GroupPlugins plugins) {
        this.batch = batch;
        this.plugins = plugins;
        this.columns = batch.columns();
    }

    double steadyPoints(int slot) {
        return columns.steady[slot];
    }

    /** The slots that may take a pod, best first; no more than {@code pods} are kept of those in one state under all rules. */
    Cells rank(BitSet candidates, List<RuleState> rules, int pods) {
        Cells cells = new Cells(rules, pods);
        addPoints(plugins.steady, candidates, columns.steady);
        addPoints(plugins.changing, candidates, columns.moving);
        long[] words = candidates.toLongArray();
        if (cells.isOne()) {
            fill(cells.of(0).ranking, words);
        } else {
            fill(cells, words);
        }
        cells.order();
        return cells;
    }

    private void fill(Ranking ranking, long[] words) {
        double[] a = columns.steady;
        double[] b = columns.moving;
        double least = ranking.leastPoints();
        for (int w = 0; w < words.length; w++) {
            for (long word = words[w]; word != 0; word &= word - 1) {
                int slot = (w << 6) + Long.numberOfTrailingZeros(word);
                double points = a[slot] + b[slot];
                if (points >= least && plugins.accepts(slot)) {
                    ranking.offer(Points.rank(points, batch.tie(slot)), slot);
                    least = ranking.leastPoints();
                }
            }
        }
    }

    private void fill(Cells cells, long[] words) {
        double[] a = columns.steady;
        double[] b = columns.moving;
        for (int w = 0; w < words.length; w++) {
            for (long word = words[w]; word != 0; word &= word - 1) {
                int slot = (w << 6) + Long.numberOfTrailingZeros(word);
                double points = a[slot] + b[slot];
                Ranking ranking = cells.of(slot).ranking;
                if (points >= ranking.leastPoints() && plugins.accepts(slot)) {
                    ranking.offer(Points.rank(points, batch.tie(slot)), slot);
                }
            }
        }
    }

    private void addPoints(List<GroupPlugins.Scorer> scorers, BitSet candidates, double[] into) {
        int n = Math.min(into.length, candidates.length());
        Arrays.fill(into, 0, n, 0);
        for (GroupPlugins.Scorer s : scorers) {
            s.scorer().score(candidates, columns.scores);
            Points.add(columns.scores, s.share(), into, n);
        }
    }
}

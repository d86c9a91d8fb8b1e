package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/** A vendor's scorer: when it throws, it has no opinion on the group. */
public final class GuardedScorer implements PlacementScorer {
    private final String name;
    private final int order;
    private final double weight;
    private final PlacementScorer vendor;
    private final PluginWatch watch;

    /** @throws IllegalArgumentException if the vendor's weight is not above 0 */
    public GuardedScorer(PlacementScorer vendor, PluginWatch watch) {
        this.name = vendor.name();
        this.order = vendor.order();
        this.weight = vendor.weight();
        this.vendor = vendor;
        this.watch = watch;
        if (!(weight > 0 && weight <= 1000)) {
            throw new IllegalArgumentException(
                    "weight of scorer '" + name + "' is " + weight + ": it must be above 0 and at most 1000");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int order() {
        return order;
    }

    @Override
    public double weight() {
        return weight;
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        long start = watch.now();
        try {
            return vendor.begin(context).map(s -> new Guarded(s, s.changes(), List.copyOf(s.resources())));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            watch.failed(name, e);
            return Optional.empty();
        } finally {
            watch.took(name, watch.now() - start);
        }
    }

    /** What is not a number counts as 0. */
    private static double cut(double score) {
        return score > 0 ? Math.min(score, 100) : 0;
    }

    private final class Guarded implements GroupScorer {
        private final GroupScorer scorer;
        private final boolean changes;
        private final List<String> resources;
        private boolean failed;

        Guarded(GroupScorer scorer, boolean changes, List<String> resources) {
            this.resources = resources;
            this.scorer = scorer;
            this.changes = changes;
        }

        private void fail(Throwable e) {
            watch.failed(name, e);
            failed = true;
        }

        @Override
        public void score(BitSet candidates, double[] scores) {
            long start = watch.now();
            try {
                // A vendor's mistake must not reach the candidates themselves, nor leave another scorer's numbers in
                // place.
                Arrays.fill(scores, 0);
                scorer.score((BitSet) candidates.clone(), scores);
                for (int slot = 0; slot < scores.length; slot++) {
                    scores[slot] = cut(scores[slot]);
                }
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                fail(e);
                Arrays.fill(scores, 0);
            }
            watch.took(name, watch.now() - start);
        }

        @Override
        public boolean changes() {
            return changes;
        }

        @Override
        public Optional<List<Level>> levels() {
            if (failed || changes) {
                return Optional.empty();
            }
            try {
                Optional<List<Level>> levels = scorer.levels();
                if (levels.isEmpty()) {
                    return levels;
                }
                List<Level> copy = new ArrayList<>();
                BitSet seen = new BitSet();
                for (Level level : levels.get()) {
                    BitSet slots = (BitSet) level.slots().clone();
                    if (slots.intersects(seen)) {
                        throw new IllegalStateException("a slot is in two levels of scorer '" + name + "'");
                    }
                    seen.or(slots);
                    copy.add(new Level(slots, cut(level.score())));
                }
                return Optional.of(copy);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                fail(e);
                return Optional.of(List.of());
            }
        }

        @Override
        public List<String> resources() {
            return resources;
        }

        @Override
        public double atMost(double[] leastUsed, double[] mostUsed, double[] leastInverse, double[] mostInverse) {
            if (failed) {
                return 0;
            }
            try {
                return cut(scorer.atMost(leastUsed, mostUsed, leastInverse, mostInverse));
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                fail(e);
                return 0;
            }
        }

        @Override
        public void placed(int slot) {
            if (!failed) {
                try {
                    scorer.placed(slot);
                } catch (RuntimeException | LinkageError | StackOverflowError e) {
                    fail(e);
                }
            }
        }

        @Override
        public double score(int slot) {
            if (failed) {
                return 0;
            }
            try {
                return cut(scorer.score(slot));
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                fail(e);
                return 0;
            }
        }
    }
}

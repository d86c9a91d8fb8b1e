package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;

/** A vendor's scorer in one batch: when it throws, it has no opinion on the group. */
public final class GuardedScorer implements PlacementScorer {
    private final PlacementScorer plugin;
    private final Vendor vendor;
    private final PluginWatch watch;

    public GuardedScorer(PlacementScorer plugin, Vendor vendor, PluginWatch watch) {
        this.plugin = plugin;
        this.vendor = vendor;
        this.watch = watch;
    }

    @Override
    public String name() {
        return vendor.name();
    }

    @Override
    public int order() {
        return vendor.order();
    }

    @Override
    public double weight() {
        return vendor.weight();
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        Guard guard = new Guard(vendor, watch, context.view());
        int slots = context.view().slots();
        return guard.begin(() -> plugin.begin(watch.shown(context))
                .map(s -> new Guarded(guard, s, slots, s.changes(), List.copyOf(s.resources()))));
    }

    private static final class Guarded implements GroupScorer {
        private final Guard guard;
        private final GroupScorer scorer;
        private final int slots;
        private final boolean changes;
        private final List<String> resources;

        Guarded(Guard guard, GroupScorer scorer, int slots, boolean changes, List<String> resources) {
            this.guard = guard;
            this.scorer = scorer;
            this.slots = slots;
            this.changes = changes;
            this.resources = resources;
        }

        private double checked(double score, int slot) {
            if (!Points.isScore(score)) {
                guard.complain(() -> "it gave slot " + slot + " the score " + score + ", not 0 to 100");
            }
            return Points.cut(score);
        }

        @Override
        public void score(BitSet candidates, double[] scores) {
            Arrays.fill(scores, 0);
            // What it is given is its own: it may keep it.
            double[] given = new double[scores.length];
            boolean done = guard.timed(
                    () -> {
                        scorer.score((BitSet) candidates.clone(), given);
                        return true;
                    },
                    false);
            if (done) {
                for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
                    scores[slot] = checked(given[slot], slot);
                }
            }
        }

        @Override
        public boolean changes() {
            return changes;
        }

        @Override
        public Optional<List<Level>> levels() {
            return changes
                    ? Optional.empty()
                    : guard.timed(() -> scorer.levels().map(this::copy), Optional.of(List.of()));
        }

        private List<Level> copy(List<Level> levels) {
            List<Level> copy = new ArrayList<>();
            BitSet seen = new BitSet();
            for (Level level : levels) {
                BitSet in = (BitSet) level.slots().clone();
                if (in.length() > slots) {
                    throw Guard.wrong("a level of it has slot " + (in.length() - 1) + " of " + slots);
                }
                if (in.intersects(seen)) {
                    throw Guard.wrong("a slot is in two levels of it");
                }
                seen.or(in);
                copy.add(new Level(in, checked(level.score(), in.nextSetBit(0))));
            }
            return copy;
        }

        @Override
        public List<String> resources() {
            return resources;
        }

        @Override
        public double atMost(double[] leastUsed, double[] mostUsed, double[] leastInverse, double[] mostInverse) {
            double most = guard.ask(() -> scorer.atMost(leastUsed, mostUsed, leastInverse, mostInverse), 0.0);
            if (Double.isNaN(most)) {
                guard.complain(() -> "it gave " + most + " as the highest score within bounds");
            }
            return Points.cut(most);
        }

        @Override
        public void placed(int slot) {
            guard.ask(
                    () -> {
                        scorer.placed(slot);
                        return true;
                    },
                    false);
        }

        @Override
        public double score(int slot) {
            return checked(guard.ask(() -> scorer.score(slot), 0.0), slot);
        }
    }
}

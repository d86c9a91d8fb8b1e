package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kochab.spi.scheduler.GroupScorer;

/** What a group's scorers that look at amounts alone give, as points, and what its filters need to be free. */
final class Appraisal {
    private static final double HIGHEST_SCORE = 100;

    /** Scorers that look at the same resources. */
    private static final class Part {
        final List<String> resources;
        final int[] dims;
        final List<GroupPlugins.Scorer> scorers = new ArrayList<>();
        final double[] leastUsed;
        final double[] mostUsed;
        final double[] leastInverse;
        final double[] mostInverse;

        Part(List<String> resources, List<String> all) {
            int n = resources.size();
            this.resources = resources;
            dims = resources.stream().mapToInt(all::indexOf).toArray();
            leastUsed = new double[n];
            mostUsed = new double[n];
            leastInverse = new double[n];
            mostInverse = new double[n];
        }
    }

    final List<String> resources;
    private final List<Part> parts = new ArrayList<>();
    private final long[] needs;
    private double most;

    private Appraisal(List<String> resources, GroupPlugins plugins) {
        this.resources = resources;
        var needed = plugins.needs();
        needs = resources.stream()
                .mapToLong(r -> needed.getOrDefault(r, Long.MIN_VALUE))
                .toArray();
        for (GroupPlugins.Scorer s : plugins.changing) {
            List<String> own = s.scorer().resources();
            Part part = parts.stream()
                    .filter(p -> p.resources.equals(own))
                    .findFirst()
                    .orElseGet(() -> {
                        Part more = new Part(own, resources);
                        parts.add(more);
                        return more;
                    });
            part.scorers.add(s);
            most += Points.of(HIGHEST_SCORE, s.share());
        }
    }

    /** Empty if a scorer looks at anything else. */
    static Optional<Appraisal> of(GroupPlugins plugins) {
        Set<String> resources = new LinkedHashSet<>();
        for (GroupPlugins.Scorer s : plugins.changing) {
            GroupScorer scorer = s.scorer();
            if (scorer.resources().isEmpty()) {
                return Optional.empty();
            }
            resources.addAll(scorer.resources());
        }
        resources.addAll(plugins.needs().keySet());
        return Optional.of(new Appraisal(List.copyOf(resources), plugins));
    }

    /** The most that any slot can be given. */
    double most() {
        return most;
    }

    boolean fits(Amounts amounts, int shape) {
        for (int d = 0; d < needs.length; d++) {
            if (amounts.free(shape, d) < needs[d]) {
                return false;
            }
        }
        return true;
    }

    boolean mayFit(Leaves leaves, int leaf) {
        for (int d = 0; d < needs.length; d++) {
            if (leaves.mostFree(leaf, d) < needs[d]) {
                return false;
            }
        }
        return true;
    }

    /** What a slot of a shape is given. */
    double points(Amounts amounts, int shape) {
        int from = shape * needs.length;
        double points = 0;
        for (int p = 0; p < parts.size(); p++) {
            Part part = parts.get(p);
            double[] used = part.leastUsed;
            double[] inverse = part.leastInverse;
            for (int k = 0; k < part.dims.length; k++) {
                used[k] = amounts.used[from + part.dims[k]];
                inverse[k] = amounts.inverse[from + part.dims[k]];
            }
            for (int i = 0; i < part.scorers.size(); i++) {
                GroupPlugins.Scorer s = part.scorers.get(i);
                points += Points.of(s.scorer().atMost(used, used, inverse, inverse), s.share());
            }
        }
        return points;
    }

    /** No slot of a leaf is given more. */
    double atMost(Leaves leaves, int leaf) {
        int from = leaf * needs.length;
        double points = 0;
        for (int p = 0; p < parts.size(); p++) {
            Part part = parts.get(p);
            for (int k = 0; k < part.dims.length; k++) {
                int at = from + part.dims[k];
                part.leastUsed[k] = leaves.leastUsed[at];
                part.mostUsed[k] = leaves.mostUsed[at];
                part.leastInverse[k] = leaves.leastInverse[at];
                part.mostInverse[k] = leaves.mostInverse[at];
            }
            for (int i = 0; i < part.scorers.size(); i++) {
                GroupPlugins.Scorer s = part.scorers.get(i);
                // Of slots on which the pod does not fit a bound may be far higher than any score, and then than any
                // rank.
                double most = s.scorer().atMost(part.leastUsed, part.mostUsed, part.leastInverse, part.mostInverse);
                points += Points.of(Math.min(HIGHEST_SCORE, most), s.share());
            }
        }
        return points;
    }
}

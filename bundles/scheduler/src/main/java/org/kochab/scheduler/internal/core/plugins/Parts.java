package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;

/** A score that is the sum of parts, each for the slots of a set. */
record Parts(List<BitSet> places, List<Double> parts) implements GroupScorer {
    /** Sets that overlap make more levels than there are sets. */
    private static final int MOST_LEVELS = 32;

    @Override
    public void score(BitSet candidates, double[] scores) {
        Arrays.fill(scores, 0, Math.min(scores.length, candidates.length()), 0);
        for (int i = 0; i < places.size(); i++) {
            BitSet nodes = (BitSet) places.get(i).clone();
            nodes.and(candidates);
            double part = parts.get(i);
            for (int slot = nodes.nextSetBit(0); slot >= 0; slot = nodes.nextSetBit(slot + 1)) {
                scores[slot] += part;
            }
        }
    }

    @Override
    public Optional<List<Level>> levels() {
        List<Level> levels = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            BitSet rest = (BitSet) places.get(i).clone();
            double part = parts.get(i);
            for (int k = levels.size() - 1; k >= 0; k--) {
                Level level = levels.get(k);
                if (level.slots().intersects(rest)) {
                    BitSet both = (BitSet) level.slots().clone();
                    both.and(rest);
                    rest.andNot(both);
                    levels.add(new Level(both, level.score() + part));
                    level.slots().andNot(both);
                }
            }
            levels.add(new Level(rest, part));
            levels.removeIf(l -> l.slots().isEmpty());
            if (levels.size() > MOST_LEVELS) {
                return Optional.empty();
            }
        }
        return Optional.of(levels);
    }
}

package org.kochab.scheduler.internal.core.plugins;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;

/** A score for each of a few sets of slots; no slot is in two of them. */
record Levels(List<GroupScorer.Level> all) implements GroupScorer {
    @Override
    public void score(BitSet candidates, double[] scores) {
        Arrays.fill(scores, 0, Math.min(scores.length, candidates.length()), 0);
        for (Level level : all) {
            BitSet nodes = (BitSet) level.slots().clone();
            nodes.and(candidates);
            for (int slot = nodes.nextSetBit(0); slot >= 0; slot = nodes.nextSetBit(slot + 1)) {
                scores[slot] = level.score();
            }
        }
    }

    @Override
    public Optional<List<Level>> levels() {
        return Optional.of(all);
    }
}

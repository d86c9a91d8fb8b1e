package org.kochab.spi.scheduler;

import java.util.BitSet;
import org.osgi.annotation.versioning.ConsumerType;

/** A scorer at work on one group; used by one thread and dropped with the group. Scores are 0 (worst) to 100; what lies outside is cut off. */
@ConsumerType
public interface GroupScorer {
    /** Writes the score of placing one more pod on each candidate to {@code scores[slot]}; other entries do not matter. */
    void score(BitSet candidates, double[] scores);

    /** Whether placing a pod of the group on a node can change that node's score; then {@link #placed} and {@link #score(int)} are called. */
    default boolean changes() {
        return false;
    }

    /** A pod of the group has been placed here. */
    default void placed(int slot) {}

    /** The score of one slot as things are now: the same as {@link #score(BitSet, double[])} would write. */
    default double score(int slot) {
        throw new UnsupportedOperationException(getClass().getName() + " changes but has no score(slot)");
    }
}

package org.kochab.spi.scheduler;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A scorer at work on one group; used by one thread and dropped with the group. Scores are 0 (worst) to 100; what lies outside is cut off, what is no number
 * is 0, and both count as a failure of the scorer.
 *
 * <p>A scorer that says what its scores depend on, by {@link #levels} or by {@link #resources}, is not asked about every node: groups are placed far
 * faster, provided that all scorers of the group do. The outcome is the same.
 */
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

    /**
     * The scores as sets of slots, for a scorer that does not {@linkplain #changes change} and has few different ones: the slots of a level have its score,
     * those in none have 0. No slot is in two levels. Empty if it is not so; {@link #score(BitSet, double[])} would write the same.
     */
    default Optional<List<Level>> levels() {
        return Optional.empty();
    }

    /**
     * The resources of which the amounts on a slot, allocatable and committed, are all that its score depends on; then {@link #atMost} is asked. Empty if it
     * depends on anything else, such as another slot, a label or how often {@link #placed} was called.
     */
    default List<String> resources() {
        return List.of();
    }

    /**
     * The highest score of any slot within bounds, or a little more. If both bounds are the same it is the score itself: exactly what {@link #score(int)} says.
     * The arrays are indexed like {@link #resources}; see {@link ClusterView#used} and {@link ClusterView#inverse}.
     */
    default double atMost(double[] leastUsed, double[] mostUsed, double[] leastInverse, double[] mostInverse) {
        throw new UnsupportedOperationException(getClass().getName() + " has resources but no atMost");
    }

    /** Slots with one score. */
    record Level(BitSet slots, double score) {}
}

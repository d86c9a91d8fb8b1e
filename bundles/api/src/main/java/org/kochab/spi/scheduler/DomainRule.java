package org.kochab.spi.scheduler;

import java.util.BitSet;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A rule for one group over the domains of one topology key. Every domain has a count; placing a pod in a domain adds {@link #step} to it. Answers
 * depend on nothing but the arguments: the scheduler keeps the counts, and asks once for all nodes that share a domain or, where every node is a
 * domain of its own, once for all domains with the same count.
 */
@ConsumerType
public interface DomainRule {
    String topologyKey();

    /** Counts before the group's first pod, by {@linkplain ClusterView.Topology domain}, one for each; the scheduler may change the array. */
    int[] counts();

    /** Domains whose counts make up {@code lowest}; empty if that does not matter. */
    BitSet compared();

    /** What one pod of the group adds to its domain's count, on whatever node of the domain it is placed: between -1,000,000 and 1,000,000. */
    int step();

    /**
     * Whether a pod may go to a domain.
     *
     * @param count the domain's
     * @param lowest the lowest count of all compared domains; 0 if there are none
     * @param any whether some domain's count is not 0
     */
    default boolean accepts(int count, int lowest, boolean any) {
        return true;
    }

    /** Whether a pod may go to a node without the topology key. */
    default boolean acceptsWithoutKey() {
        return true;
    }

    /** How much its score counts, at most 1000; 0 if it gives none. */
    default double weight() {
        return 0;
    }

    /** 0 (worst) to 100; the arguments are those of {@link #accepts}. */
    default double score(int count, int lowest, boolean any) {
        return 0;
    }

    /** The score of a node without the key. */
    default double scoreWithoutKey() {
        return 0;
    }

    default Refusal.Code code() {
        return Refusal.Code.UNFIT_NOW;
    }

    /** Why, in one sentence; see {@link GroupFilter#reason}. */
    default String reason(BitSet refused) {
        return refused.cardinality() + " nodes are in domains of " + topologyKey() + " that may not take another pod";
    }
}

package org.kochab.spi.scheduler;

import java.util.BitSet;
import java.util.Collections;
import java.util.SortedMap;
import org.osgi.annotation.versioning.ConsumerType;

/** A filter at work on one group; used by one thread and dropped with the group. */
@ConsumerType
public interface GroupFilter {
    /**
     * Clears the slots that are refused as things are now, and sets none. Called for all candidates at once; a filter that {@link #changes} may be asked by
     * {@link #accepts} instead, for the slots that matter. Called again when reasons are asked for.
     */
    void filter(BitSet candidates);

    /**
     * Whether placing a pod of the group on a node can change the answer for that node; then {@link #placed} and {@link #accepts} are called.
     * An answer that changes for other nodes too belongs in a {@link DomainRule}.
     */
    default boolean changes() {
        return false;
    }

    /** A pod of the group has been placed here. */
    default void placed(int slot) {}

    /** The answer for one slot as things are now: the same as {@link #filter} would give. */
    default boolean accepts(int slot) {
        throw new UnsupportedOperationException(getClass().getName() + " changes but has no accepts(slot)");
    }

    /**
     * What every slot that this filter accepts has free, by resource: allocatable less committed is at least this. Not every slot with as much need be
     * accepted. It lets the scheduler pass over many slots at once; a filter that says nothing is asked about more of them.
     */
    default SortedMap<String, Long> needs() {
        return Collections.emptySortedMap();
    }

    Refusal.Code code();

    /**
     * Why, in one sentence an operator can act on, such as {@code 7 nodes have too little memory (largest free 512Mi, asked 2Gi)}.
     *
     * @param refused the slots that this filter refused and those before it did not; not empty
     */
    String reason(BitSet refused);
}

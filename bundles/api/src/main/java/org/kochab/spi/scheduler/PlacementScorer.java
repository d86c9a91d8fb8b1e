package org.kochab.spi.scheduler;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says how good a place is. Registered as a service; called inline on a scheduling thread, by several at once. Must not block or keep state between
 * groups, and must answer the same for the same input. If it throws, the group is placed without its opinion; if it does so
 * again and again, it is not asked for a while.
 */
@ConsumerType
public interface PlacementScorer {
    /** Unique among scorers, such as {@code acme.com/carbon}; shown to operators. */
    String name();

    default int order() {
        return 1000;
    }

    /** How much its opinion counts against others'; more than 0. A node's score is the weighted mean of all that have one for the group. */
    default double weight() {
        return 1;
    }

    /** Begins with a group, once the groups before it in the batch have been placed. Empty if it has no opinion about this group. */
    Optional<GroupScorer> begin(PlacementContext context);
}

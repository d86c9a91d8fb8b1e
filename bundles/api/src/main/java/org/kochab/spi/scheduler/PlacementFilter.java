package org.kochab.spi.scheduler;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says where pods must not go. Registered as a service; called inline on a scheduling thread, by several at once. Must not block or keep state
 * between groups, and must answer the same for the same input. Whatever it throws refuses all nodes to the group, with the plugin's name,
 * unless the operator has chosen that its failures are ignored.
 */
@ConsumerType
public interface PlacementFilter {
    /** Unique among filters, such as {@code acme.com/licence}; shown to operators. */
    String name();

    /** Lower comes first, then by name. The filter that says no first is the one that is named as the reason. */
    default int order() {
        return 1000;
    }

    /** Begins with a group, once the groups before it in the batch have been placed. Empty if it has nothing to say about this group. */
    Optional<GroupFilter> begin(PlacementContext context);
}

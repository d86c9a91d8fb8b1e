package org.kochab.spi.scheduler;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says how pods are to be divided over failure domains: spread, affinity, anti-affinity. Registered as a service; called like a
 * {@link PlacementFilter}.
 */
@ConsumerType
public interface PlacementRules {
    /** Unique among rules; shown to operators. */
    String name();

    default int order() {
        return 1000;
    }

    /** The rules for a group, once the groups before it in the batch have been placed. */
    List<DomainRule> begin(PlacementContext context);
}

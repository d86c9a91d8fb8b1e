package org.kochab.api.placement;

import java.util.Optional;
import org.kochab.api.model.TenantId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Explains placements, wherever the tenant partition is led. Any thread; answers from memory, or asks the member that leads it, which
 * blocks for a round trip, at most 10 seconds.
 */
@ProviderType
public interface PlacementExplainer {
    /** @return empty if the pod does not exist or the leader of its tenant partition cannot be reached */
    Optional<PodPlacement> explain(TenantId tenant, String namespace, String pod);
}

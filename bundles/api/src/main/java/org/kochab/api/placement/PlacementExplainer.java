package org.kochab.api.placement;

import java.util.Optional;
import org.kochab.api.model.TenantId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Explains placements. Registered as a service by the member that leads tenant partitions. Any thread; answers from memory, does not
 * block.
 */
@ProviderType
public interface PlacementExplainer {
    /** @return empty if the pod does not exist or its tenant partition is not led by this member */
    Optional<PodPlacement> explain(TenantId tenant, String namespace, String pod);
}

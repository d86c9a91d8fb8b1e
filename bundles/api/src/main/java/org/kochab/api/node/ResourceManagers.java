package org.kochab.api.node;

import java.util.Optional;
import org.kochab.api.partition.PartitionId;
import org.osgi.annotation.versioning.ProviderType;

/** Finds resource managers; callers never know on which member one runs. Any thread; answers from memory, does not block. */
@ProviderType
public interface ResourceManagers {
    /**
     * The manager, if a member that leads its partition can be reached now. Of another member's, calls that got no answer fail or say
     * {@link ClaimAnswer.Code#BUSY}: they may have been done, and may be repeated.
     */
    Optional<ResourceManager> manager(PartitionId id);
}

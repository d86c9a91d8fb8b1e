package org.kochab.api.node;

import java.util.Optional;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.osgi.annotation.versioning.ProviderType;

/** Finds resource managers; callers never know on which member one runs. Any thread; answers from memory, does not block. */
@ProviderType
public interface ResourceManagers {
    /**
     * The manager, if a member that leads its partition can be reached now. Of another member's, calls that got no answer fail or say
     * {@link ClaimAnswer.Code#BUSY}: they may have been done, and may be repeated.
     */
    Optional<ResourceManager> manager(PartitionId id);

    /** The manager that keeps a node, if it can be reached now. Asks the partitions' memories, does not block. */
    default Optional<ResourceManager> keeping(PartitionService partitions, String node) {
        return partitions.partitions().stream()
                .map(PartitionStatus::spec)
                .filter(s -> s.kind() == PartitionKind.RESOURCE_MANAGER)
                .map(PartitionSpec::id)
                .filter(id -> keeps(partitions, id, node))
                .findFirst()
                .flatMap(this::manager);
    }

    private static boolean keeps(PartitionService partitions, PartitionId manager, String node) {
        try {
            return partitions
                    .partition(manager)
                    .flatMap(p -> p.get(NodeKeys.node(node)))
                    .isPresent();
        } catch (NotLeaderException e) {
            return false;
        }
    }
}

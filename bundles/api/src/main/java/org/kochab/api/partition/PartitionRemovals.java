package org.kochab.api.partition;

import java.time.Duration;
import org.kochab.api.resource.ResourceException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Removes tenant partitions and resource managers while the platform runs. Only what is empty goes, by the directory's and the store's own word; what
 * cannot be reached is waited for. A removal is durable: the directory's next leader goes on with it. Safe for any thread; every call
 * asks the directory, wherever it is led, and blocks for that.
 */
@ProviderType
public interface PartitionRemovals {
    /**
     * Begins a removal; the directory's leader carries it out.
     *
     * @param drain whether tenants are moved to the other tenant partitions first, or nodes to the other resource managers
     * @throws ResourceException {@code NOT_FOUND} if there is no such partition, {@code INVALID} if it cannot be removed or drained, {@code
     *     CONFLICT} if it still has tenants or nodes or is being removed already; the message says what to do
     */
    PartitionRemoval begin(PartitionId id, boolean drain);

    /**
     * Gives a removal up; tenants that have left do not come back.
     *
     * @throws ResourceException {@code NOT_FOUND} if it is not being removed, {@code CONFLICT} if it is too late
     */
    PartitionRemoval abort(PartitionId id);

    /**
     * Waits until the last removal of that name is over, or the time is.
     *
     * @throws ResourceException {@code NOT_FOUND} if it was never to be removed
     */
    PartitionRemoval await(PartitionId id, Duration most) throws InterruptedException;
}

package org.kochab.spi.scheduler;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says which pods of a batch choose their nodes first: Kubernetes' queue sort, for groups of equal pods. Registered as a service; of several the one whose name comes first is asked.
 *
 * <p>The partition's queue makes the batches, of 2,000 pods at most; tenants take turns, and of a tenant's pods the more urgent come first: an order decides within a batch, not who comes into it.
 *
 * <p>Called inline on a scheduling thread, by several at once. Must not block or keep state between batches, and must answer the same for the same input. An order that fails or answers nonsense leaves the batch as it
 * came; after several failures in a row, or a call that does not end, it is left alone for a while.
 */
@ConsumerType
public interface PlacementOrder {
    /** Unique among orders, such as {@code acme.com/smallest-first}; shown to operators. */
    String name();

    /**
     * Called once for each batch of two groups or more.
     *
     * @param view the cluster before the batch
     * @param batch as the queue gave it: tenants by turns, a tenant's most urgent first
     * @return the places in {@code batch}, each once, in the order in which they are to be placed
     */
    int[] order(ClusterView view, List<PodGroup> batch);
}

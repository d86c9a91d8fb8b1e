package org.kochab.spi.scheduler;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Maps pending pods to nodes. Registered as a service with {@link #NAME_PROPERTY}; a tenant partition names the scheduler it uses.
 *
 * <p>A decision is a function of its arguments: the same view, batch and seed give the same answer. Called by one thread a tenant partition, several
 * partitions at once; must not block, wait or keep state between calls that changes an answer.
 */
@ConsumerType
public interface Scheduler {
    String NAME_PROPERTY = "kochab.scheduler.name";

    String name();

    /**
     * Decides a batch.
     *
     * @param view the cluster; it does not change during the call and must not be kept after it
     * @param batch groups of equal pods, most urgent first
     * @param seed breaks ties
     * @return one decision a pod, in the order of the batch
     */
    List<Decision> place(ClusterView view, List<PodGroup> batch, long seed);
}

package org.kochab.spi.scheduler;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Maps pending pods to nodes. Registered as a service with {@link #NAME_PROPERTY}; a tenant partition names the scheduler it uses.
 *
 * <p>A decision is a function of its arguments: the same view, batch and seed give the same answer. Called by one thread a tenant partition, several
 * partitions at once; must not block, wait or keep state between calls that changes an answer.
 *
 * <p>A call that does not end in ten seconds is given up: see {@link #abandoned}. One that throws, or does not decide about every pod, leaves its
 * pods waiting; after the third in a row the scheduler is left alone for a second, then two, up to a minute.
 */
@ConsumerType
public interface Scheduler {
    String NAME_PROPERTY = "kochab.scheduler.name";

    String name();

    /**
     * Decides a batch.
     *
     * @param view the cluster; it does not change during the call and must not be kept after it
     * @param batch groups of equal pods: tenants by turns, a tenant's most urgent first
     * @param seed breaks ties
     * @return one decision a pod, in the order of the batch
     */
    List<Decision> place(ClusterView view, List<PodGroup> batch, long seed);

    /**
     * Tells that a call of {@link #place} has not ended in time and is given up: from now on its view throws {@link
     * java.util.concurrent.CancellationException}, its thread is interrupted, its decisions will not be used. Called by another thread, once for such
     * a call, before the next call. Must return at once.
     *
     * @param caller the thread that is in the call
     * @return who keeps it from ending, for people, such as {@code scorer 'acme.com/carbon' of com.acme.carbon 1.2.0}; then this scheduler is called for the next batch, and must see
     *     to it that it is not kept again. Empty if it is the scheduler itself: then it is left alone for a while
     */
    default Optional<String> abandoned(Thread caller) {
        return Optional.empty();
    }
}

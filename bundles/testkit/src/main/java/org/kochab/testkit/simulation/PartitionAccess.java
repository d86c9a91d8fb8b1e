package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Partition;

/** How simulated clients and watchers get at a partition. */
public interface PartitionAccess {
    /**
     * A partition as somebody got it.
     *
     * @param partition served by its leader, here or elsewhere
     * @param there whether whoever answers for it can be asked at all: calls on what is not there would never come back
     * @param exists whether it may ever be there again
     * @param here whether it is the leader's own: then a watch has at once whatever a list shows
     */
    record Handle(Partition partition, BooleanSupplier there, BooleanSupplier exists, boolean here) {}

    /** The partition as it is found now; null if it is not. */
    @Nullable
    Handle find();

    /** Whether the client goes on. */
    boolean isOpen();

    /** Does something after a delay, if the client still exists then. */
    void after(Duration delay, Runnable action);
}

package org.kochab.partition.internal.tenant;

import java.time.Duration;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionRemoval;
import org.kochab.api.partition.PartitionRemovals;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Offers the removal of partitions. */
@Component(service = PartitionRemovals.class)
public final class PartitionRemovalsComponent implements PartitionRemovals {
    private final PartitionRemovals removals;

    @Activate
    public PartitionRemovalsComponent(@Reference TenantPlaneComponent plane) {
        this.removals = plane.removals();
    }

    @Override
    public PartitionRemoval begin(PartitionId id, boolean drain) {
        return removals.begin(id, drain);
    }

    @Override
    public PartitionRemoval abort(PartitionId id) {
        return removals.abort(id);
    }

    @Override
    public PartitionRemoval await(PartitionId id, Duration most) throws InterruptedException {
        return removals.await(id, most);
    }
}

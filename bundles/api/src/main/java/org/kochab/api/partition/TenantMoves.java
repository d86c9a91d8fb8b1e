package org.kochab.api.partition;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Moves tenants between tenant partitions while they are used. Pods go on running; writers wait for less than a moment; watchers miss nothing and see
 * nothing twice, or are told {@code Gone}. A move is durable: whichever member fails, it is finished or given up by the next. Safe for any
 * thread; every call asks the directory, wherever it is led, and blocks for that.
 */
@ProviderType
public interface TenantMoves {
    /** The moves under way, and the last one of each tenant that ever moved, by tenant. */
    List<TenantMove> list();

    /**
     * Begins a move; the leader of the tenant's partition carries it out.
     *
     * @throws ResourceException {@code NOT_FOUND} if there is no such tenant, {@code INVALID} if there is no such tenant partition or the
     *     tenant is there already, {@code CONFLICT} if it is being moved or deleted
     */
    TenantMove begin(TenantId tenant, PartitionId to);

    /**
     * Gives a move up: the tenant stays where it is.
     *
     * @throws ResourceException {@code NOT_FOUND} if it is not being moved, {@code CONFLICT} if it has already been handed over
     */
    TenantMove abort(TenantId tenant);

    /**
     * Waits until a tenant's move is over.
     *
     * @return how it is then, or when the time is over; empty if the tenant never moved
     */
    Optional<TenantMove> await(TenantId tenant, Duration most) throws InterruptedException;
}

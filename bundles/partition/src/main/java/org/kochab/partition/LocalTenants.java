package org.kochab.partition;

import java.util.function.Consumer;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.PartitionRemovals;
import org.kochab.api.partition.TenantMoves;
import org.kochab.api.placement.PlacementExplainer;
import org.kochab.api.resource.ResourceService;
import org.kochab.partition.internal.tenant.TenantPlane;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.spi.store.PartitionStore;

/**
 * The tenants' side of a member without OSGi: the resource service, scheduling and controllers over {@link LocalPartitions}, for the tests of
 * other bundles. It leads {@code tp-1}; tenant {@code default} is there when it starts.
 */
public final class LocalTenants implements AutoCloseable {
    private final TenantPlane plane;

    private LocalTenants(TenantPlane plane) {
        this.plane = plane;
    }

    /** Starts and returns when tenant {@code default} can be used. The partitions are the caller's to close, afterwards. */
    public static LocalTenants start(LocalPartitions partitions, Codec codec) {
        return start(partitions, codec, step -> {});
    }

    /**
     * As {@link #start(LocalPartitions, Codec)}.
     *
     * @param reached told of each step of removals and of moves of nodes; may throw to end it there, as a crash would
     */
    public static LocalTenants start(LocalPartitions partitions, Codec codec, Consumer<String> reached) {
        LocalTenants started =
                new LocalTenants(new TenantPlane(partitions.partitionService(), partitions.peers(), codec, reached));
        started.lead(partitions, "tp-1");
        started.plane.awaitTenant(new TenantId("default"));
        return started;
    }

    /** Leads one more tenant partition. */
    public void lead(LocalPartitions partitions, String id) {
        plane.lead(partitions.partition(id));
    }

    public ResourceService resources() {
        return plane.resources();
    }

    public PartitionRemovals removals() {
        return plane.removals();
    }

    public TenantMoves moves() {
        return plane.moves();
    }

    public ResourceManagers managers() {
        return plane;
    }

    public PlacementExplainer explainer() {
        return plane;
    }

    public void add(ResourceManager manager) {
        plane.addManager(manager);
    }

    public void remove(ResourceManager manager) {
        plane.removeManager(manager);
    }

    public void add(Scheduler scheduler) {
        plane.addScheduler(scheduler, "local", "0.0.0");
    }

    public void remove(Scheduler scheduler) {
        plane.removeScheduler(scheduler);
    }

    /** The store that partitions which are removed are taken from. */
    public void add(PartitionStore store) {
        plane.addStore(store, "local", "0.0.0");
    }

    public void add(Controller controller) {
        plane.addController(controller, "local", "0.0.0");
    }

    public void remove(Controller controller) {
        plane.removeController(controller);
    }

    @Override
    public void close() {
        plane.close();
    }
}

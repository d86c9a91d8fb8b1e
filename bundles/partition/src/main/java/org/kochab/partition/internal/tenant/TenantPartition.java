package org.kochab.partition.internal.tenant;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.Requester;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.spi.secret.Sealer;

/** What the leader of one tenant partition does, from the moment it leads until it does not. */
final class TenantPartition implements AutoCloseable {
    private final Partition partition;
    private final TenantLifecycle lifecycle;
    private final PodLoop pods;
    private final EventRecorder events;
    private final ControllerRunner controllers;
    private final TenantMover mover;
    private final QuotaStatus quotas;

    TenantPartition(
            Workshop shop,
            PartitionService partitions,
            Partition partition,
            TenantDirectory directory,
            Function<PartitionId, Optional<ResourceManager>> managers,
            ServiceLease<Scheduler> schedulers,
            ServiceLease<Controller> controllerServices,
            Vendors vendors,
            Sealer sealer,
            Consumer<String> moveReached) {
        this.partition = partition;
        this.events = new EventRecorder(shop, partition, vendors.sinks());
        Gate gate = vendors.admission().gate(Requester.CONTROLLERS);
        this.pods = new PodLoop(shop, partitions, partition, managers, schedulers, events, gate, sealer, vendors);
        NodeCommands commands = new NodeCommands(pods::manager);
        this.controllers = new ControllerRunner(
                shop, partition, directory, events, commands, gate, controllerServices, pods.seen());
        this.lifecycle = new TenantLifecycle(shop, partitions, partition, controllers::tenantChanged);
        this.quotas = new QuotaStatus(shop, partition, controllers::tryAgain);
        this.mover = new TenantMover(shop, partitions, partition, directory.committer(), moveReached);
    }

    ControllerRunner controllers() {
        return controllers;
    }

    PodLoop pods() {
        return pods;
    }

    Partition partition() {
        return partition;
    }

    void start() {
        lifecycle.start();
        pods.start();
        events.start();
        controllers.start();
        mover.start();
        quotas.start();
    }

    @Override
    public void close() {
        quotas.close();
        mover.close();
        controllers.close();
        pods.close();
        events.close();
        lifecycle.close();
    }
}

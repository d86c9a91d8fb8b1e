package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginService;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;

/** Lists what is plugged in, and which partitions use it. */
final class Plugins implements PluginService {
    private final PartitionService partitions;
    private final ServiceLease<Scheduler> schedulers;
    private final ServiceLease<Controller> controllers;
    private final ServiceLease<PartitionStore> stores = new ServiceLease<>("store", Duration.ofSeconds(1), () -> {});

    Plugins(PartitionService partitions, ServiceLease<Scheduler> schedulers, ServiceLease<Controller> controllers) {
        this.partitions = partitions;
        this.schedulers = schedulers;
        this.controllers = controllers;
    }

    ServiceLease<PartitionStore> stores() {
        return stores;
    }

    Optional<PartitionStore> store(String name) {
        return stores.list().stream()
                .filter(s -> s.name().equals(name))
                .map(ServiceLease.Listed::service)
                .findFirst();
    }

    @Override
    public List<Plugin> plugins() {
        List<Plugin> all = new ArrayList<>();
        for (var c : controllers.list()) {
            all.add(plugin(Plugin.CONTROLLER, c.name(), c.origin(), usedBy(s -> s.kind() == PartitionKind.TENANT)));
        }
        for (var s : schedulers.list()) {
            all.add(plugin(
                    Plugin.SCHEDULER,
                    s.name(),
                    s.origin(),
                    usedBy(p ->
                            p.kind() == PartitionKind.TENANT && p.scheduler().equals(s.name()))));
        }
        for (var s : stores.list()) {
            StoreHealth health = s.service().health();
            Plugin plain = plugin(
                    Plugin.STORE, s.name(), s.origin(), usedBy(p -> p.store().equals(s.name())));
            all.add(new Plugin(
                    plain.kind(),
                    plain.name(),
                    plain.bundle(),
                    plain.version(),
                    plain.usedBy(),
                    health.state() == StoreHealth.State.READY
                            ? plain.state()
                            : health.state().name(),
                    health.message()));
        }
        return all;
    }

    private List<String> usedBy(Predicate<PartitionSpec> uses) {
        return partitions.partitions().stream()
                .map(PartitionStatus::spec)
                .filter(uses)
                .map(s -> s.id().value())
                .sorted()
                .toList();
    }

    private static Plugin plugin(String kind, String name, ServiceLease.Origin origin, List<String> usedBy) {
        return new Plugin(
                kind, name, origin.bundle(), origin.version(), usedBy, usedBy.isEmpty() ? "Idle" : "Active", "");
    }
}

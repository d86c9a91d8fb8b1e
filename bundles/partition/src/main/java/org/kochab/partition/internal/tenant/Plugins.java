package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginReport;
import org.kochab.api.plugin.PluginService;
import org.kochab.partition.internal.core.tenant.Quarantine;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists what is plugged in, which partitions use it, and what is wrong with it on this member. */
final class Plugins implements PluginService {
    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);
    private static final int MOST_TOLD = 3;

    private record Reported(PluginReport report, String bundle) {}

    private final PartitionService partitions;
    private final ServiceLease<Scheduler> schedulers;
    private final ServiceLease<Controller> controllers;
    private final OfferedKinds kinds;
    private final Supplier<List<TenantPartition>> led;
    private final ServiceLease<PartitionStore> stores = new ServiceLease<>("store", Duration.ofSeconds(1), () -> {});
    private final List<Reported> reports = new CopyOnWriteArrayList<>();

    /** @param led the tenant partitions that this member leads now */
    Plugins(
            PartitionService partitions,
            ServiceLease<Scheduler> schedulers,
            ServiceLease<Controller> controllers,
            OfferedKinds kinds,
            Supplier<List<TenantPartition>> led) {
        this.partitions = partitions;
        this.schedulers = schedulers;
        this.controllers = controllers;
        this.kinds = kinds;
        this.led = led;
    }

    ServiceLease<PartitionStore> stores() {
        return stores;
    }

    void add(PluginReport report, String bundle) {
        reports.add(new Reported(report, bundle));
    }

    void remove(PluginReport report) {
        reports.removeIf(r -> r.report == report);
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
            Plugin plain = plugin(Plugin.CONTROLLER, c, usedBy(s -> s.kind() == PartitionKind.TENANT));
            all.add(with(plain, p -> p.controllers().trouble(c.name())));
        }
        for (var s : schedulers.list()) {
            Plugin plain = plugin(Plugin.SCHEDULER, s, usedBy(isPlacedBy(Set.of(s.name()))));
            all.add(with(plain, p -> p.pods().trouble(s.name())));
        }
        for (var s : stores.list()) {
            all.add(store(s));
        }
        all.addAll(kinds.plugins());
        reports.forEach(r -> all.addAll(reported(r)));
        all.sort(Comparator.comparing(Plugin::kind).thenComparing(Plugin::name).thenComparing(Plugin::bundle));
        return all;
    }

    private Plugin store(ServiceLease.Listed<PartitionStore> s) {
        Plugin plain = plugin(Plugin.STORE, s, usedBy(p -> p.store().equals(s.name())));
        try {
            StoreHealth health = s.service().health();
            boolean ready = health.state() == StoreHealth.State.READY;
            return with(plain, ready ? plain.state() : health.state().name(), health.message());
        } catch (RuntimeException | LinkageError e) {
            return with(plain, Trouble.FAILING, "It does not say how it is: " + Quarantine.text(e));
        }
    }

    /** The plugins of another bundle, as it says. */
    private List<Plugin> reported(Reported from) {
        List<Plugin> said;
        try {
            said = List.copyOf(from.report.plugins());
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("{} does not say how its plugins are: {}", from.bundle, Quarantine.text(e));
            return List.of();
        }
        Set<String> names = schedulers.list().stream()
                .filter(s -> s.origin().bundle().equals(from.bundle))
                .map(ServiceLease.Listed::name)
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> used = usedBy(isPlacedBy(names));
        return said.stream()
                .map(p -> p.usedBy().isEmpty()
                        ? new Plugin(p.kind(), p.name(), p.bundle(), p.version(), used, p.state(), p.message())
                        : p)
                .toList();
    }

    private static Predicate<PartitionSpec> isPlacedBy(Set<String> names) {
        return p -> p.kind() == PartitionKind.TENANT && names.contains(p.scheduler());
    }

    private List<String> usedBy(Predicate<PartitionSpec> uses) {
        return partitions.partitions().stream()
                .map(PartitionStatus::spec)
                .filter(uses)
                .map(s -> s.id().value())
                .sorted()
                .toList();
    }

    /** The same with what is wrong with it in the partitions led here, the worst first. */
    private Plugin with(Plugin plain, Function<TenantPartition, Optional<Trouble>> asked) {
        TreeMap<String, List<String>> byState = new TreeMap<>(Comparator.reverseOrder());
        for (TenantPartition p : led.get()) {
            asked.apply(p).ifPresent(t -> byState.computeIfAbsent(t.state(), k -> new ArrayList<>())
                    .add(p.partition().id() + ": " + t.message()));
        }
        if (byState.isEmpty()) {
            return plain;
        }
        String message =
                byState.values().stream().flatMap(List::stream).limit(MOST_TOLD).collect(Collectors.joining(" "));
        return with(plain, byState.firstKey(), message);
    }

    private static Plugin with(Plugin plain, String state, String message) {
        return new Plugin(plain.kind(), plain.name(), plain.bundle(), plain.version(), plain.usedBy(), state, message);
    }

    private static Plugin plugin(String kind, ServiceLease.Listed<?> of, List<String> usedBy) {
        return new Plugin(
                kind,
                of.name(),
                of.origin().bundle(),
                of.origin().version(),
                usedBy,
                usedBy.isEmpty() ? "Idle" : "Active",
                "");
    }
}

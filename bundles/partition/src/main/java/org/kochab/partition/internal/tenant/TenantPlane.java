package org.kochab.partition.internal.tenant;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionRemovals;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.TenantMoves;
import org.kochab.api.placement.PlacementExplainer;
import org.kochab.api.placement.PodPlacement;
import org.kochab.api.plugin.PluginReport;
import org.kochab.api.plugin.PluginService;
import org.kochab.api.resource.Requester;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceService;
import org.kochab.partition.internal.core.tenant.Changes;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.ObjectRules;
import org.kochab.partition.internal.remote.Explanations;
import org.kochab.partition.internal.remote.ManagerServer;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.partition.internal.remote.RemoteManager;
import org.kochab.partition.internal.remote.RemotePartition;
import org.kochab.partition.internal.remote.Sights;
import org.kochab.partition.internal.secret.KeySealer;
import org.kochab.partition.internal.secret.SealedCodec;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.kind.ResourceKind;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.spi.secret.Sealer;
import org.kochab.spi.store.PartitionStore;

/**
 * All that a member does for tenants: the resource service, and the work of the tenant partitions it leads. Plain Java: the OSGi component
 * brings it the services, tests bring their own. Thread-safe.
 */
public final class TenantPlane implements PlacementExplainer, ResourceManagers, AutoCloseable {
    private static final int REMEMBERED_OBJECTS = 1 << 16;
    private static final Duration MOST_WAIT = Duration.ofSeconds(30);

    private final Workshop shop;
    private final PartitionService partitions;
    private final TenantDirectory directory;
    private final Resources resources;
    /** Those of this member. */
    private final ConcurrentMap<PartitionId, ResourceManager> managers = new ConcurrentHashMap<>();

    private final ServiceLease<Scheduler> schedulers = new ServiceLease<>("scheduler", MOST_WAIT, this::wake);
    private final ServiceLease<Controller> controllers =
            new ServiceLease<>("controller", MOST_WAIT, this::wakeControllers);
    private final Map<Controller, SteadyController> steadyControllers = new IdentityHashMap<>();
    private final Plugins plugins;
    private final Vendors vendors;
    private final Sealer sealer;
    private final Relocations moves;
    private final Removals removals;
    private final PartitionRemover remover;
    private final NodeMover nodeMoves;
    private final Consumer<String> moveReached;
    private final Map<PartitionId, TenantPartition> led = new TreeMap<>();

    public TenantPlane(PartitionService partitions, Peers peers, Codec codec) {
        this(partitions, peers, codec, new Vendors());
    }

    TenantPlane(PartitionService partitions, Peers peers, Codec codec, Vendors vendors) {
        this(partitions, peers, codec, vendors, KeySealer.fresh());
    }

    TenantPlane(PartitionService partitions, Peers peers, Codec codec, Vendors vendors, Sealer sealer) {
        this(partitions, peers, codec, vendors, sealer, step -> {}, step -> {});
    }

    /** @param removalReached told of each step of removals of partitions and moves of nodes that this member carries out; may throw to end it there */
    public TenantPlane(PartitionService partitions, Peers peers, Codec codec, Consumer<String> removalReached) {
        this(partitions, peers, codec, step -> {}, removalReached);
    }

    TenantPlane(
            PartitionService partitions,
            Peers peers,
            Codec codec,
            Consumer<String> moveReached,
            Consumer<String> removalReached) {
        this(partitions, peers, codec, new Vendors(), KeySealer.fresh(), moveReached, removalReached);
    }

    /**
     * @param moveReached told of each step of each move that this member carries out; may throw to end it there
     * @param removalReached the same of removals of partitions and moves of nodes
     */
    private TenantPlane(
            PartitionService partitions,
            Peers peers,
            Codec codec,
            Vendors vendors,
            Sealer sealer,
            Consumer<String> moveReached,
            Consumer<String> removalReached) {
        this.moveReached = moveReached;
        this.vendors = vendors;
        this.sealer = sealer;
        ObjectRules rules = new ObjectRules();
        Decoded decoded = new Decoded(new SealedCodec(codec, sealer), REMEMBERED_OBJECTS, System::nanoTime);
        KindCatalogue kinds = new KindCatalogue(rules);
        this.shop = new Workshop(rules, new Changes(rules), decoded, Instant::now, new Chance(), kinds);
        this.partitions = partitions;
        this.plugins = new Plugins(partitions, schedulers, controllers, kinds.offered(), this::ledHere);
        this.directory = new TenantDirectory(shop, partitions);
        kinds.readBy(directory::definitions);
        this.moves = new Relocations(shop, directory.placement(), directory.committer());
        this.removals = new Removals(partitions, directory);
        this.remover = new PartitionRemover(partitions, directory, moves, plugins::store, removalReached);
        remover.start();
        this.nodeMoves = new NodeMover(partitions, this::manager, this::isMoved, removalReached);
        nodeMoves.start();
        this.resources = new Resources(
                shop,
                directory,
                new NodeObjects(shop, partitions, this::manager),
                this::isOutOfSight,
                vendors.admission(),
                Requester.UNKNOWN);
        ManagerServer.start(peers, codec, id -> Optional.ofNullable(managers.get(id)));
        Explanations.serve(peers, this::explainHere);
        Sights.serve(peers, this::isMovedHere);
    }

    private CompletionStage<Boolean> isMoved(PartitionId partition, String node, String from, String to) {
        return remote(partition)
                .map(p -> Sights.ask(p, node, from, to))
                .orElseGet(() -> isMovedHere(partition, node, from, to));
    }

    private CompletionStage<Boolean> isMovedHere(PartitionId partition, String node, String from, String to) {
        synchronized (led) {
            TenantPartition here = led.get(partition);
            if (here == null) {
                throw new NotLeaderException(partition);
            }
            return here.pods().isMoved(node, from, to);
        }
    }

    /** Uids and suffixes that cannot be guessed. */
    static final class Chance implements Workshop.Random {
        private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
        private final SecureRandom random = new SecureRandom();

        @Override
        public String uid() {
            return UUID.randomUUID().toString();
        }

        @Override
        public String suffix() {
            char[] text = new char[5];
            for (int i = 0; i < text.length; i++) {
                text[i] = LETTERS.charAt(random.nextInt(LETTERS.length()));
            }
            return new String(text);
        }
    }

    private boolean isOutOfSight(String node) {
        synchronized (led) {
            return led.values().stream().anyMatch(p -> p.pods().outOfSight().contains(node));
        }
    }

    public ResourceService resources() {
        return resources;
    }

    Admission admission() {
        return vendors.admission();
    }

    public TenantMoves moves() {
        return moves;
    }

    public PartitionRemovals removals() {
        return removals;
    }

    Workshop shop() {
        return shop;
    }

    TenantDirectory directory() {
        return directory;
    }

    /** Waits, at most 10 seconds, until a tenant is there and set up. */
    public void awaitTenant(TenantId tenant) {
        directory.awaitSetUp(tenant);
    }

    /** Begins the work of a tenant partition that this member leads now. */
    public void lead(Partition partition) {
        synchronized (led) {
            TenantPartition former = led.remove(partition.id());
            if (former != null) {
                former.close();
            }
            TenantPartition begun = new TenantPartition(
                    shop,
                    partitions,
                    partition,
                    directory,
                    this::manager,
                    schedulers,
                    controllers,
                    vendors,
                    sealer,
                    moveReached);
            led.put(partition.id(), begun);
            begun.start();
        }
    }

    /** Ends it; returns when its threads have. */
    public void leave(Partition partition) {
        TenantPartition gone;
        synchronized (led) {
            gone = led.get(partition.id());
            if (gone == null || gone.partition() != partition) {
                return;
            }
            led.remove(partition.id());
        }
        gone.close();
    }

    @Override
    public Optional<ResourceManager> manager(PartitionId id) {
        ResourceManager here = managers.get(id);
        if (here != null) {
            return Optional.of(here);
        }
        return remote(id).map(p -> new RemoteManager(p, shop.decoded().codec()));
    }

    private Optional<RemotePartition> remote(PartitionId id) {
        return partitions
                .partition(id)
                .filter(RemotePartition.class::isInstance)
                .map(RemotePartition.class::cast);
    }

    public void addManager(ResourceManager manager) {
        managers.put(manager.id(), manager);
        wake();
    }

    public void removeManager(ResourceManager manager) {
        managers.remove(manager.id(), manager);
    }

    /** @param bundle where it comes from, for lists */
    public void addScheduler(Scheduler scheduler, String bundle, String version) {
        schedulers.offer(scheduler.name(), scheduler, new ServiceLease.Origin(bundle, version));
    }

    /** Returns when no batch is being placed by it any more, at most after 30 seconds. */
    public void removeScheduler(Scheduler scheduler) {
        schedulers.withdraw(scheduler);
    }

    /** @param bundle where it comes from, for lists */
    public void addController(Controller controller, String bundle, String version) {
        SteadyController steady = new SteadyController(controller);
        synchronized (steadyControllers) {
            steadyControllers.put(controller, steady);
        }
        controllers.offer(steady.name(), steady, new ServiceLease.Origin(bundle, version));
    }

    /** Returns when it is not being called any more, at most after 30 seconds. */
    public void removeController(Controller controller) {
        SteadyController steady;
        synchronized (steadyControllers) {
            steady = steadyControllers.remove(controller);
        }
        if (steady != null) {
            controllers.withdraw(steady);
        }
    }

    /** @param bundle where it comes from, for lists and for which of two is served */
    public void addKind(ResourceKind kind, String bundle, String version) {
        shop.kinds().offered().add(kind, bundle, version, shop.decoded().codec());
    }

    public void removeKind(ResourceKind kind) {
        shop.kinds().offered().remove(kind);
    }

    /** @param bundle where it comes from; only for lists */
    public void addStore(PartitionStore store, String bundle, String version) {
        plugins.stores().offer(store.name(), store, new ServiceLease.Origin(bundle, version));
    }

    public void removeStore(PartitionStore store) {
        plugins.stores().withdraw(store);
    }

    /** @param bundle whose report it is */
    public void addReport(PluginReport report, String bundle) {
        plugins.add(report, bundle);
    }

    public void removeReport(PluginReport report) {
        plugins.remove(report);
    }

    public PluginService plugins() {
        return plugins;
    }

    private void wakeControllers() {
        synchronized (led) {
            led.values().forEach(p -> p.controllers().wake());
        }
    }

    private void wake() {
        synchronized (led) {
            led.values().forEach(p -> p.pods().wake());
        }
    }

    @Override
    public Optional<PodPlacement> explain(TenantId tenant, String namespace, String pod) {
        Optional<PodPlacement> here = explainHere(tenant, namespace, pod);
        if (here.isPresent()) {
            return here;
        }
        try {
            return remote(directory.partition(tenant)).flatMap(p -> Explanations.ask(p, tenant, namespace, pod));
        } catch (ResourceException e) {
            return Optional.empty();
        }
    }

    private Optional<PodPlacement> explainHere(TenantId tenant, String namespace, String pod) {
        return ledHere().stream()
                .flatMap(p -> p.pods().explain(tenant, namespace, pod).stream())
                .findFirst();
    }

    private List<TenantPartition> ledHere() {
        synchronized (led) {
            return List.copyOf(led.values());
        }
    }

    @Override
    public void close() {
        remover.close();
        nodeMoves.close();
        List<TenantPartition> all;
        synchronized (led) {
            all = new ArrayList<>(led.values());
            led.clear();
        }
        all.forEach(TenantPartition::close);
    }
}

package org.kochab.benchmarks.bind;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.resource.ResourceService;
import org.kochab.codec.JacksonCodec;
import org.kochab.controllers.internal.core.BuiltInControllers;
import org.kochab.controllers.internal.core.DeploymentController;
import org.kochab.controllers.internal.core.ReplicaSetController;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.partition.internal.tenant.TenantPlane;
import org.kochab.scheduler.internal.core.Engine;
import org.kochab.scheduler.internal.core.PluginSet;
import org.kochab.scheduler.internal.core.Profile;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.store.ignite.internal.core.Settings;
import org.kochab.store.ignite.internal.grid.IgnitePartitionStore;

/** A whole control plane in this process, without OSGi: the real store with fsync, kernel, tenant partition, controllers, scheduler and manager. */
public final class Plane implements AutoCloseable {
    public static final TenantId TENANT = new TenantId("default");

    public static final String MANAGER = "rm-1";
    private static final int PAGE = 10_000;

    private final Codec codec = new JacksonCodec();
    private final TenantPlane tenants;
    private final IgnitePartitionStore store;
    private final LocalPartitions partitions;
    private final List<Partition> tenantPartitions = new ArrayList<>();
    private final List<Partition> managerPartitions = new ArrayList<>();
    private final List<Managing> managing = new ArrayList<>();

    /** How many partitions of each kind there are, and how much memory the store has for its pages. */
    public record Size(int tenantPartitions, int managers, int storeMegabytes) {
        public static final Size SMALLEST = new Size(1, 1, 1_024);

        /** @param options with {@code --tps}, {@code --rms} and {@code --store-megabytes}. @throws IllegalArgumentException if one is no number */
        static Size of(Map<String, String> options) {
            return new Size(
                    Integer.parseInt(options.get("--tps")),
                    Integer.parseInt(options.get("--rms")),
                    Integer.parseInt(options.get("--store-megabytes")));
        }
    }

    /** A resource manager that runs. */
    public interface Managing extends AutoCloseable {
        ResourceManager manager();

        @Override
        void close();
    }

    /**
     * Blocks until it serves.
     *
     * @param port the store's first
     * @param managing starts the manager of a partition
     */
    public Plane(Size size, Path directory, int port, BiFunction<Partition, Codec, ? extends Managing> managing) {
        store = IgnitePartitionStore.open(Settings.alone("bench", directory, port, size.storeMegabytes));
        partitions = LocalPartitions.start(store);
        tenants = new TenantPlane(partitions.partitionService(), new Peers("local"), codec);
        tenants.addController(new DeploymentController(), "bench", "1");
        tenants.addController(new ReplicaSetController(), "bench", "1");
        tenants.addScheduler(new Spread(), "bench", "1");
        for (int i = 1; i <= size.managers; i++) {
            Partition partition = partition("rm-", i, PartitionKind.RESOURCE_MANAGER);
            managerPartitions.add(partition);
            Managing one = managing.apply(partition, codec);
            this.managing.add(one);
            tenants.addManager(one.manager());
        }
        for (int i = 1; i <= size.tenantPartitions; i++) {
            Partition partition = partition("tp-", i, PartitionKind.TENANT);
            tenantPartitions.add(partition);
            tenants.lead(partition);
        }
        tenants.awaitTenant(TENANT);
    }

    private Partition partition(String prefix, int number, PartitionKind kind) {
        // The first of each kind comes with the first start.
        return number == 1 ? partitions.partition(prefix + 1) : partitions.create(prefix + number, kind);
    }

    public ResourceService resources() {
        return tenants.resources();
    }

    public Codec codec() {
        return codec;
    }

    /** Those that the product has, beside the two that deployments need. */
    public void addAllControllers() {
        BuiltInControllers.all().stream()
                .filter(c -> !(c instanceof DeploymentController || c instanceof ReplicaSetController))
                .forEach(c -> tenants.addController(c, "bench", "1"));
    }

    /** All partitions, the directory among them. */
    public List<Partition> all() {
        List<Partition> all = new ArrayList<>(tenantPartitions);
        all.addAll(managerPartitions);
        all.add(partitions.partitionService().directory().orElseThrow());
        return all;
    }

    /** Blocks until the tenant's objects can be made. */
    public void awaitTenant(TenantId tenant) {
        tenants.awaitTenant(tenant);
    }

    public List<Partition> tenantPartitions() {
        return tenantPartitions;
    }

    public List<Partition> managerPartitions() {
        return managerPartitions;
    }

    /** How many nodes the managers know. */
    public int nodes() {
        return count(managerPartitions, NodeKeys.NODES);
    }

    /** Everything of a kind that the managers keep. */
    public <T> List<T> managed(String prefix, Class<T> type) {
        List<T> all = new ArrayList<>();
        managerPartitions.forEach(
                manager -> entries(manager, prefix, entry -> all.add(codec.decode(entry.value(), type))));
        return all;
    }

    /** How many pods all tenants have. */
    public int pods() {
        return count(tenantPartitions, ObjectKeys.all(Kind.POD));
    }

    private static int count(List<Partition> partitions, String prefix) {
        int[] found = {0};
        partitions.forEach(partition -> entries(partition, prefix, entry -> found[0]++));
        return found[0];
    }

    /**
     * Checks that every pod is bound where it is claimed, and claimed once, and that nothing else is.
     *
     * @param each told of each pod
     * @return how many there are
     * @throws IllegalStateException if it is not so
     */
    public int placed(Consumer<Pod> each) {
        int[] claimed = {0};
        managerPartitions.forEach(manager -> entries(manager, NodeKeys.CLAIMS, entry -> {
            Claim claim = codec.decode(entry.value(), Claim.class);
            Pod pod = pod(claim);
            if (!claim.podUid().equals(pod.metadata().uid())
                    || !claim.node().equals(String.valueOf(pod.spec().nodeName()))) {
                throw new IllegalStateException("pod " + claim.pod() + " of " + claim.tenant() + " is claimed on "
                        + claim.node() + " and bound to " + pod.spec().nodeName());
            }
            each.accept(pod);
            claimed[0]++;
        }));
        // Each claim is of a pod that is where the claim says: as many pods as claims means one each.
        if (claimed[0] != pods()) {
            throw new IllegalStateException(pods() + " pods and " + claimed[0] + " claims");
        }
        return claimed[0];
    }

    private Pod pod(Claim claim) {
        String key = ObjectKeys.pod(claim.tenant(), claim.namespace(), claim.pod());
        for (Partition partition : tenantPartitions) {
            Optional<Entry> entry = partition.get(key);
            if (entry.isPresent()) {
                return codec.decode(entry.get().value(), Pod.class);
            }
        }
        throw new IllegalStateException("there is no pod for the claim of " + claim.pod() + " of " + claim.tenant());
    }

    /** All entries of a partition whose keys begin so, at one revision. */
    public static void entries(Partition partition, String prefix, Consumer<Entry> each) {
        try {
            ListPage page = partition.list(prefix, PAGE);
            page.entries().forEach(each);
            while (page.next().isPresent()) {
                page = partition.list(prefix, PAGE, page.next().get());
                page.entries().forEach(each);
            }
        } catch (GoneException e) {
            throw new IllegalStateException("the list was too old before it was read", e);
        }
    }

    /** The default scheduler, with all its plugins. */
    private static final class Spread implements Scheduler {
        private final PluginSet plugins = Profile.SPREAD.plugins();

        @Override
        public String name() {
            return "spread";
        }

        @Override
        public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
            return Engine.place(view, batch, seed, plugins);
        }
    }

    @Override
    public void close() {
        tenants.close();
        managing.forEach(Managing::close);
        partitions.close();
        store.close();
    }
}

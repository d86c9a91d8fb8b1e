package org.kochab.benchmarks.bind;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Partition;
import org.kochab.codec.JacksonCodec;
import org.kochab.controllers.internal.core.DeploymentController;
import org.kochab.controllers.internal.core.ReplicaSetController;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.partition.internal.tenant.TenantPlane;
import org.kochab.rm.internal.core.Outside;
import org.kochab.rm.internal.core.SerialResourceManager;
import org.kochab.rm.internal.core.Settings;
import org.kochab.scheduler.internal.core.Engine;
import org.kochab.scheduler.internal.core.PluginSet;
import org.kochab.scheduler.internal.core.Profile;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.store.ignite.internal.grid.IgnitePartitionStore;

/** A whole control plane in this process, without OSGi and MQTT: the real store with fsync, kernel, tenant partition, scheduler and manager. */
final class Plane implements AutoCloseable {
    static final TenantId TENANT = new TenantId("default");

    final Codec codec = new JacksonCodec();
    final TenantPlane tenants;
    final HollowNodes nodes;
    private final IgnitePartitionStore store;
    private final LocalPartitions partitions;
    private final ScheduledThreadPoolExecutor managerThread = new ScheduledThreadPoolExecutor(1);
    private final SerialResourceManager manager;

    Plane(Path directory, int port) {
        store = IgnitePartitionStore.open(
                org.kochab.store.ignite.internal.core.Settings.alone("bench", directory, port, 1024));
        partitions = LocalPartitions.start(store);
        tenants = new TenantPlane(partitions.partitionService(), new Peers("local"), codec);
        tenants.addController(new DeploymentController(), "bench", "1");
        tenants.addController(new ReplicaSetController(), "bench", "1");
        tenants.addScheduler(new Spread(), "bench", "1");
        nodes = new HollowNodes(codec, "rm-1");
        manager = new SerialResourceManager(
                outside(partitions.partition("rm-1")), new Settings(3_600_000, 7_200_000, 60));
        manager.start().toCompletableFuture().join();
        manager.linkUp();
        managerThread.scheduleWithFixedDelay(manager::tick, 100, 100, TimeUnit.MILLISECONDS);
        tenants.addManager(manager);
        tenants.lead(tenantPartition());
        tenants.awaitTenant(TENANT);
    }

    Partition tenantPartition() {
        return partitions.partition("tp-1");
    }

    Partition managerPartition() {
        return partitions.partition("rm-1");
    }

    SerialResourceManager manager() {
        return manager;
    }

    private Outside outside(Partition partition) {
        return new Outside(
                partition,
                codec,
                nodes,
                managerThread,
                Runnable::run,
                () -> System.nanoTime() / 1_000_000,
                Instant::now,
                () -> UUID.randomUUID().toString(),
                new Outside.Log() {
                    @Override
                    public void info(String line) {}

                    @Override
                    public void warn(String line) {
                        System.err.println(line);
                    }
                });
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
        manager.stop().toCompletableFuture().join();
        managerThread.shutdownNow();
        partitions.close();
        store.close();
    }
}

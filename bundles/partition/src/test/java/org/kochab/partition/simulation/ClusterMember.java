package org.kochab.partition.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.partition.internal.core.kernel.Leadership;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.remote.PartitionServer;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.partition.internal.remote.RemotePartitions;
import org.kochab.spi.store.PartitionStore;
import org.kochab.testkit.history.PartitionHistory;
import org.kochab.testkit.simulation.PartitionAccess;
import org.kochab.testkit.simulation.PartitionClient;
import org.kochab.testkit.simulation.PartitionWatcher;
import org.kochab.testkit.simulation.SimulatedCalls;
import org.kochab.testkit.simulation.SimulatedExecutor;
import org.kochab.testkit.simulation.SimulatedProcess;

/** A member: its copy of the store, its part in leading the partition, its way to the others, and clients that live in its process. */
final class ClusterMember implements Leadership.Listener {
    private final Cluster cluster;
    private final int index;
    final SimulatedProcess process;
    private final List<PartitionClient> clients = new ArrayList<>();
    private final List<PartitionWatcher> watchers = new ArrayList<>();
    private @Nullable Leadership leadership;
    private @Nullable LedPartition led;
    private @Nullable RemotePartitions remote;
    private boolean stepPlanned;
    private long timer;

    ClusterMember(Cluster cluster, int index, SimulatedProcess process) {
        this.cluster = cluster;
        this.index = index;
        this.process = process;
    }

    void start() {
        if (process.isAlive()) {
            return;
        }
        process.start();
        int life = process.life();
        SimulatedCalls.Connected calls = cluster.calls.join(process, () -> cluster.store.seen(index));
        PartitionStore store = cluster.store.start(index, calls::changed);
        Peers peers = new Peers(process.name(), new SimulatedExecutor(process));
        peers.attach(calls);
        remote = new RemotePartitions(peers);
        PartitionServer.start(peers, id -> Optional.ofNullable(served()), this::handOver);
        led = null;
        Leadership fresh = new Leadership(
                Cluster.SPEC,
                process.name(),
                store,
                cluster.limits,
                process::nanos,
                () -> wake(life),
                this,
                () -> cluster.simulation
                        .between(Duration.ZERO, cluster.limits.leaseTtl().dividedBy(4))
                        .toNanos());
        leadership = fresh;
        stepPlanned = false;
        wake(life);
        people(life);
    }

    private void people(int life) {
        PartitionAccess access = new Access(life);
        watchers.clear();
        for (int i = 0; i < 2; i++) {
            PartitionClient client = new PartitionClient(
                    cluster.simulation, cluster.history, access, process.name() + "." + life + "." + i);
            clients.add(client);
            client.start();
            PartitionWatcher watcher = new PartitionWatcher(
                    cluster.simulation,
                    cluster.history,
                    access,
                    i == 0 ? "" : List.of("a/", "a/1", "c").get(index % 3),
                    events -> cluster.mutant.delivered(events, cluster.simulation));
            watchers.add(watcher);
            watcher.start();
        }
    }

    private void wake(int life) {
        if (process.lives(life) && !stepPlanned) {
            stepPlanned = true;
            process.soon(this::step);
        }
    }

    private void step() {
        Leadership l = leadership;
        if (l == null) {
            return;
        }
        stepPlanned = false;
        long pause = Math.max(1_000, l.step());
        if (l.isStopped()) {
            crash(cluster.simulation.between(Duration.ofMillis(1), Duration.ofSeconds(2)));
            return;
        }
        long mine = ++timer;
        if (pause < Duration.ofHours(1).toNanos()) {
            process.after(Duration.ofNanos(pause), () -> {
                if (mine == timer) {
                    step();
                }
            });
        }
    }

    void crash(Duration downFor) {
        if (process.isAlive()) {
            process.end();
            led = null;
            cluster.simulation.after(downFor, this::start);
        }
    }

    void stop() {
        Leadership l = leadership;
        if (l != null && process.isAlive() && !process.isPaused()) {
            l.stop();
        }
    }

    boolean handOver(Object partition, String to) {
        Leadership l = leadership;
        if (l == null || served() == null) {
            return false;
        }
        l.handOver(to);
        return true;
    }

    /** The partition, while this member leads it by its own word. */
    @Nullable
    LedPartition served() {
        LedPartition p = led;
        return process.isAlive() && p != null && p.isServing() ? p : null;
    }

    @Override
    public void leads(LedPartition partition) {
        led = partition;
    }

    @Override
    public void ended(LedPartition partition, String why) {
        PartitionHistory.expect(!partition.isServing(), "a partition still serves after its end");
        if (led == partition) {
            led = null;
        }
    }

    /** What the process's own threads get: its own partition, or a handle of another member's. */
    private final class Access implements PartitionAccess {
        private final int life;

        Access(int life) {
            this.life = life;
        }

        @Override
        public @Nullable Handle find() {
            Leadership l = leadership;
            LedPartition here = served();
            if (here != null) {
                return new Handle(here, () -> true, () -> true, true);
            }
            return l == null || remote == null
                    ? null
                    : remote.find(Cluster.SPEC, l.standing())
                            .map(p -> new Handle(p, () -> true, () -> true, false))
                            .orElse(null);
        }

        @Override
        public boolean isOpen() {
            return !cluster.isHealed();
        }

        @Override
        public void after(Duration delay, Runnable action) {
            process.after(delay, life, () -> {
                try {
                    action.run();
                } catch (SimulatedProcess.Ended killed) {
                    // In the middle of it.
                    return;
                }
            });
        }
    }

    List<PartitionClient> clients() {
        return clients;
    }

    List<PartitionWatcher> watchers() {
        return watchers;
    }
}

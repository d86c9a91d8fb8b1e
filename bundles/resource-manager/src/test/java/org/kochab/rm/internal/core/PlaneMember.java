package org.kochab.rm.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Enrolled;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.kernel.Leadership;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.remote.ManagerServer;
import org.kochab.partition.internal.remote.PartitionServer;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.partition.internal.remote.RemoteManager;
import org.kochab.partition.internal.remote.RemotePartition;
import org.kochab.partition.internal.remote.RemotePartitions;
import org.kochab.partition.internal.tenant.PodRounds;
import org.kochab.testkit.simulation.AwaitedPartition;
import org.kochab.testkit.simulation.SimulatedExecutor;
import org.kochab.testkit.simulation.SimulatedProcess;

/** A member with its part in all partitions, and what their leaders do. */
final class PlaneMember implements PartitionService {
    private static final Duration TICK = Duration.ofMillis(50);

    private final Plane plane;
    final SimulatedProcess process;
    private final Map<PartitionId, Leadership> leaderships = new TreeMap<>();
    private final Map<PartitionId, LedPartition> led = new TreeMap<>();
    private final Map<PartitionId, SerialResourceManager> managers = new TreeMap<>();
    private RemotePartitions remote;
    /** How often the partitions were asked for by a leader that has just begun. */
    private int hidden;

    PlaneMember(Plane plane, SimulatedProcess process) {
        this.plane = plane;
        this.process = process;
    }

    void start() {
        if (process.isAlive()) {
            return;
        }
        process.start();
        leaderships.clear();
        led.clear();
        managers.clear();
        Peers peers = new Peers(process.name(), new SimulatedExecutor(process));
        peers.attach(plane.calls.join(process, plane::memberNames));
        remote = new RemotePartitions(peers);
        PartitionServer.start(peers, id -> Optional.ofNullable(served(id)), this::handOver);
        ManagerServer.start(
                peers, Rig.CODEC, id -> Optional.ofNullable(managers.get(id)).map(plane::reached));
        plane.specs.forEach(this::compete);
    }

    private void compete(PartitionSpec spec) {
        int life = process.life();
        Stepping stepping = new Stepping(life);
        Leadership leadership = new Leadership(
                spec,
                process.name(),
                plane.store,
                plane.limits,
                process::nanos,
                stepping::wake,
                new Leadership.Listener() {
                    @Override
                    public void leads(LedPartition partition) {
                        led.put(spec.id(), partition);
                        if (spec.kind() == PartitionKind.TENANT) {
                            place(partition);
                            if (plane.movement != null) {
                                plane.movement.lead(PlaneMember.this, partition);
                            }
                        } else if (spec.kind() == PartitionKind.RESOURCE_MANAGER) {
                            manage(partition);
                        }
                    }

                    @Override
                    public void ended(LedPartition partition, String why) {
                        led.remove(spec.id(), partition);
                        managers.remove(spec.id());
                    }
                },
                () -> plane.simulation
                        .between(Duration.ZERO, plane.limits.leaseTtl().dividedBy(4))
                        .toNanos());
        leaderships.put(spec.id(), leadership);
        stepping.leadership = leadership;
        stepping.wake();
    }

    /** A partition's thread. */
    private final class Stepping {
        private final int life;
        private @Nullable Leadership leadership;
        private boolean planned;
        private long timer;

        Stepping(int life) {
            this.life = life;
        }

        void wake() {
            if (process.lives(life) && !planned && leadership != null) {
                planned = true;
                process.soon(this::step);
            }
        }

        private void step() {
            planned = false;
            long pause = Math.max(1_000, leadership.step());
            long mine = ++timer;
            if (pause < Duration.ofHours(1).toNanos()) {
                process.after(Duration.ofNanos(pause), life, () -> {
                    if (mine == timer) {
                        step();
                    }
                });
            }
        }
    }

    private void place(LedPartition partition) {
        hidden = plane.mutant == PlaneMutant.PLACES_BEFORE_READING ? 1 : 0;
        PodRounds rounds = new PodRounds(
                process,
                this,
                plane.seenByLeader(this, partition),
                this::manager,
                Rig.CODEC,
                new RandomFit(),
                () -> Instant.ofEpochSecond(1_800_000_000, plane.simulation.nanos()));
        round(rounds, process.life());
    }

    private void round(PodRounds rounds, int life) {
        process.after(plane.simulation.between(Duration.ofMillis(2), Duration.ofMillis(120)), life, () -> {
            try {
                rounds.round();
                round(rounds, life);
            } catch (NotLeaderException | SimulatedProcess.Ended over) {
                // Another member goes on.
                return;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void manage(LedPartition partition) {
        int life = process.life();
        SerialResourceManager manager = new SerialResourceManager(
                new Outside(
                        plane.seenByManager(partition),
                        Rig.CODEC,
                        plane.nodes.link(),
                        serial(life),
                        Runnable::run,
                        () -> 1_000_000 + process.nanos() / 1_000_000,
                        () -> Instant.ofEpochSecond(1_800_000_000, plane.simulation.nanos()),
                        () -> "name-" + plane.simulation.tick(),
                        (node, request) -> CompletableFuture.completedStage(Enrolled.refused("of " + node)),
                        Rig.SEALER,
                        plane.log),
                Settings.DEFAULT);
        managers.put(partition.id(), manager);
        manager.start();
        manager.linkUp();
        tick(manager, partition, life);
    }

    private void tick(SerialResourceManager manager, LedPartition partition, int life) {
        process.after(TICK, life, () -> {
            if (led.get(partition.id()) == partition) {
                manager.tick();
                tick(manager, partition, life);
            }
        });
    }

    /** One thread: tasks run in their order. */
    private Executor serial(int life) {
        Deque<Runnable> tasks = new ArrayDeque<>();
        return task -> {
            tasks.add(task);
            if (tasks.size() == 1) {
                process.after(Duration.ofNanos(plane.simulation.below(1_000_000)), life, () -> {
                    while (!tasks.isEmpty()) {
                        tasks.element().run();
                        tasks.remove();
                    }
                });
            }
        };
    }

    /** Managers that run here now. */
    Map<PartitionId, SerialResourceManager> managers() {
        return new HashMap<>(managers);
    }

    /** Whoever asks next for the partitions does not see the managers'. */
    void hideManagersOnce() {
        hidden = 1;
    }

    boolean leads(LedPartition partition) {
        return led.get(partition.id()) == partition;
    }

    @Nullable
    LedPartition served(PartitionId id) {
        LedPartition p = led.get(id);
        return process.isAlive() && p != null && p.isServing() ? p : null;
    }

    private Optional<RemotePartition> elsewhere(PartitionId id) {
        Leadership leadership = leaderships.get(id);
        return leadership == null ? Optional.empty() : remote.find(plane.spec(id), leadership.standing());
    }

    private Optional<ResourceManager> manager(PartitionId id) {
        SerialResourceManager here = managers.get(id);
        return here != null
                ? Optional.of(plane.reached(here))
                : elsewhere(id).map(p -> new RemoteManager(p, Rig.CODEC));
    }

    boolean handOver(PartitionId id, String to) {
        Leadership leadership = leaderships.get(id);
        if (leadership == null || served(id) == null) {
            return false;
        }
        leadership.handOver(to);
        return true;
    }

    void crash(Duration downFor) {
        if (process.isAlive()) {
            process.end();
            led.clear();
            managers.clear();
            plane.simulation.after(downFor, this::start);
        }
    }

    @Override
    public String member() {
        return process.name();
    }

    @Override
    public List<PartitionStatus> partitions() {
        boolean hide = hidden-- > 0;
        return plane.specs.stream()
                .filter(s -> !hide || s.kind() == PartitionKind.TENANT)
                .map(s -> new PartitionStatus(s, Optional.empty(), 0, 0, 0, 0, "Serving", ""))
                .toList();
    }

    @Override
    public Optional<Partition> partition(PartitionId id) {
        LedPartition here = served(id);
        return here != null
                ? Optional.of(new AwaitedPartition(here, process))
                : elsewhere(id).map(Partition.class::cast);
    }

    @Override
    public Optional<Partition> directory() {
        return partition(Directory.ID);
    }

    @Override
    public String tenantPlacement() {
        return BY_LOAD;
    }

    @Override
    public List<String> members() {
        return plane.memberNames();
    }

    @Override
    public CompletionStage<Void> create(PartitionSpec spec) {
        throw new UnsupportedOperationException("partitions are fixed here");
    }

    @Override
    public CompletionStage<Void> move(PartitionId id, String member) {
        throw new UnsupportedOperationException("partitions are handed over by the world");
    }

    @Override
    public CompletionStage<Void> useScheduler(PartitionId id, String scheduler) {
        throw new UnsupportedOperationException("there is one scheduler");
    }

    @Override
    public CompletionStage<Void> useStore(PartitionId id, String store) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> suspend(PartitionId id) {
        throw new UnsupportedOperationException("all partitions are in service");
    }

    @Override
    public CompletionStage<Void> resume(PartitionId id) {
        throw new UnsupportedOperationException("all partitions are in service");
    }
}

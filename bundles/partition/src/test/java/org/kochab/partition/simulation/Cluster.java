package org.kochab.partition.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.store.memory.MemoryStore;
import org.kochab.testkit.history.Call;
import org.kochab.testkit.history.PartitionHistory;
import org.kochab.testkit.simulation.NetworkFaults;
import org.kochab.testkit.simulation.PartitionAccess;
import org.kochab.testkit.simulation.PartitionClient;
import org.kochab.testkit.simulation.ReplicatedStore;
import org.kochab.testkit.simulation.SimulatedCalls;
import org.kochab.testkit.simulation.SimulatedNetwork;
import org.kochab.testkit.simulation.SimulatedProcess;
import org.kochab.testkit.simulation.Simulation;

/**
 * Three members with a copy of the store each, on a network that loses, doubles, reorders and splits; they are killed, paused, stopped
 * and hand over. Clients in their processes use the partition wherever it is led. Whatever is wrong with what they see is thrown as an
 * {@link AssertionError}.
 *
 * <p>Clocks run up to 5 % fast or slow and jump or stand still by up to 4 % of the lease's time once in that time, which together the
 * lease's reserve of a fifth bears.
 */
final class Cluster {
    static final PartitionSpec SPEC =
            new PartitionSpec(new PartitionId("p"), PartitionKind.TENANT, MemoryStore.NAME, "spread");

    private static final int MEMBERS = 3;
    private static final Duration TTL = Duration.ofSeconds(1);
    private static final Duration DETECTION = Duration.ofMillis(500);
    private static final Duration TROUBLE = Duration.ofSeconds(15);
    private static final Duration HEALING = Duration.ofSeconds(8);
    /** Longer than a question of a watch is waited for that was lost. */
    private static final Duration QUIET = Duration.ofSeconds(30);

    private static final int JUMP_MILLIS = 40;

    /** The first byte of a call about a partition that submits a transaction. */
    private static final int SUBMIT = 1;

    final Simulation simulation;
    final ClusterMutant mutant;
    final KernelLimits limits;
    final SimulatedNetwork network;
    final SimulatedCalls calls;
    final ReplicatedStore store;
    final PartitionHistory history = new PartitionHistory();
    private final List<ClusterMember> members = new ArrayList<>();
    private boolean healed;

    Cluster(long seed, ClusterMutant mutant) {
        this.simulation = new Simulation(seed);
        this.mutant = mutant;
        Simulation s = simulation;
        this.limits = new KernelLimits(
                1 + s.below(20),
                1L << 20,
                3 + s.below(60),
                1L << 20,
                64,
                1_000,
                5 + s.below(200),
                2_000 + s.below(50_000),
                Duration.ofMillis(200 + s.below(2_000)),
                TTL,
                1 + s.below(4),
                Duration.ofMillis(10 + s.below(40)));
        this.network = new SimulatedNetwork(
                s, new NetworkFaults(Duration.ofMillis(1 + s.below(60)), s.below(4) * 0.02, s.below(4) * 0.04));
        this.calls = new SimulatedCalls(s, network, this::mayRepeat);
        List<SimulatedProcess> processes = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            double speed =
                    mutant == ClusterMutant.CLOCK_BEYOND_THE_BOUND ? 0.5 * (1 << i) : 1 + (s.below(101) - 50) / 1_000.0;
            SimulatedProcess process = new SimulatedProcess(s, "m" + i, speed);
            processes.add(process);
            members.add(new ClusterMember(this, i, process));
        }
        this.store = new ReplicatedStore(
                network, processes, MemoryStore::new, mutant.rules, DETECTION, Duration.ofMillis(300 + s.below(700)));
    }

    private boolean mayRepeat(String service, byte[] payload) {
        return mutant == ClusterMutant.SUBMITS_ARRIVE_TWICE || payload[0] != SUBMIT;
    }

    boolean isHealed() {
        return healed;
    }

    /** Lives through trouble, heals, and checks. */
    void run() {
        members.forEach(m -> simulation.after(simulation.between(Duration.ZERO, Duration.ofSeconds(1)), m::start));
        trouble();
        members.forEach(m -> jump(m.process));
        simulation.run(TROUBLE);
        healed = true;
        network.heal();
        network.faults(NetworkFaults.NONE);
        members.forEach(m -> m.process.resume());
        simulation.run(HEALING);
        boolean quiet = simulation.chance(0.1);
        if (quiet) {
            simulation.run(QUIET);
        }
        check(quiet);
    }

    private void jump(SimulatedProcess process) {
        simulation.after(TTL.plus(simulation.between(Duration.ZERO, TTL)), () -> {
            process.jump(Duration.ofMillis(simulation.below(2 * JUMP_MILLIS + 1) - JUMP_MILLIS));
            jump(process);
        });
    }

    private void trouble() {
        simulation.after(simulation.between(Duration.ofMillis(100), Duration.ofSeconds(3)), () -> {
            if (!healed) {
                trouble(victim());
                trouble();
            }
        });
    }

    /** Mostly whoever leads: troubling followers shows little. */
    private ClusterMember victim() {
        ClusterMember victim = members.get(simulation.below(MEMBERS));
        for (ClusterMember m : members) {
            if (m.served() != null && simulation.chance(0.7)) {
                victim = m;
            }
        }
        return victim;
    }

    private void trouble(ClusterMember m) {
        Simulation s = simulation;
        switch (s.below(10)) {
            case 0 -> m.crash(s.between(Duration.ofMillis(1), Duration.ofSeconds(3)));
            case 1, 2 -> m.process.pause(s.between(Duration.ofMillis(100), Duration.ofSeconds(4)));
            case 3 -> m.stop();
            case 4 -> m.handOver(SPEC.id(), "m" + s.below(MEMBERS));
            case 5 ->
                members.forEach(each -> {
                    if (s.chance(0.7)) {
                        each.crash(s.between(Duration.ofMillis(1), Duration.ofSeconds(2)));
                    }
                });
            default -> split(m, s.below(4));
        }
        members.forEach(each -> {
            // The smaller side of a split halts, sooner or later.
            if (store.isMinority(members.indexOf(each)) && s.chance(0.3)) {
                each.crash(s.between(Duration.ofMillis(1), Duration.ofSeconds(1)));
            }
        });
    }

    private void split(ClusterMember m, int kind) {
        ClusterMember spared = members.get(simulation.below(MEMBERS));
        for (ClusterMember other : members) {
            if (other == m || kind == 0 && other == spared) {
                continue;
            }
            if (kind != 1) {
                network.cut(m.process, other.process);
            }
            if (kind != 2) {
                network.cut(other.process, m.process);
            }
        }
        simulation.after(simulation.between(Duration.ofMillis(50), Duration.ofSeconds(5)), network::heal);
    }

    long answered() {
        return members.stream()
                .flatMap(m -> m.clients().stream())
                .mapToLong(PartitionClient::answered)
                .sum();
    }

    private void check(boolean quiet) {
        LedPartition last = null;
        for (ClusterMember m : members) {
            if (m.served() != null) {
                PartitionHistory.expect(last == null, "two members lead after healing");
                last = m.served();
            }
        }
        PartitionHistory.expect(last != null, "nobody leads after healing");
        members.forEach(m -> m.clients().forEach(PartitionClient::end));
        history.checkEnd(last.revision());
        for (String key : PartitionClient.KEYS) {
            long now = simulation.tick();
            String value = last.get(key).map(e -> new String(e.value(), UTF_8)).orElse(null);
            history.seen(value);
            history.call(
                    key, new Call("last", now, simulation.tick(), new Call.Ask.Read(), new Call.Answer.Was(value)));
        }
        PartitionAccess.Handle handle = new PartitionAccess.Handle(last, () -> true, () -> true, true);
        if (quiet) {
            members.forEach(m -> m.watchers().forEach(w -> w.checkCaughtUp(handle)));
        }
        members.forEach(m -> m.watchers().forEach(w -> w.end(handle)));
        history.checkKeys();
    }
}

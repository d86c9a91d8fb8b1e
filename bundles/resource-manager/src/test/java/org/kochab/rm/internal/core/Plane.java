package org.kochab.rm.internal.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Reading;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.store.memory.MemoryStore;
import org.kochab.testkit.simulation.Faults;
import org.kochab.testkit.simulation.NetworkFaults;
import org.kochab.testkit.simulation.SimulatedCalls;
import org.kochab.testkit.simulation.SimulatedNetwork;
import org.kochab.testkit.simulation.SimulatedProcess;
import org.kochab.testkit.simulation.SimulatedStore;
import org.kochab.testkit.simulation.Simulation;

/**
 * A whole control plane: three members, two tenant partitions, two resource managers with their nodes, one store that misbehaves; pods come
 * and go while members are killed, paused, cut off and hand partitions over. What is durable is watched by {@link Truth}.
 */
final class Plane {
    private static final int MEMBERS = 3;
    private static final Duration TROUBLE = Duration.ofSeconds(20);
    /** Longer than a lost call to a manager is waited for, and than a release is repeated after. */
    private static final Duration HEALING = Duration.ofSeconds(45);

    /** The first byte of a call about a partition that submits a transaction. */
    private static final int SUBMIT = 1;

    private static final int URGENT = 10;
    private static final List<Long> SIZES = List.of(300L, 700L, 1_100L);

    private static Pod template(long cpu) {
        String yaml =
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  runtimeClassName: process
                  containers:
                  - {name: main, command: [sleep, "60"], resources: {requests: {cpu: %dm}}}
                """;
        return (Pod) Rig.CODEC
                .manifest(yaml.formatted(cpu).getBytes(UTF_8), Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
    }

    private static final List<Pod> TEMPLATES =
            SIZES.stream().map(Plane::template).toList();

    final Simulation simulation;
    final PlaneMutant mutant;
    final KernelLimits limits = KernelLimits.DEFAULT.withLease(Duration.ofSeconds(2), Duration.ofMillis(50));
    final List<PartitionSpec> specs = new ArrayList<>();
    final List<PlaneMember> members = new ArrayList<>();
    final SimulatedNetwork network;
    final SimulatedCalls calls;
    final SimulatedStore store;
    final Truth truth;
    final PlaneNodes nodes;
    final Map<String, Reading> latestReadings = new HashMap<>();
    /** If tenants move. */
    final @Nullable Homes homes;

    final @Nullable Movement movement;
    private final List<String> names = new ArrayList<>();
    private boolean healed;
    private int pods;

    final Outside.Log log = new Outside.Log() {
        @Override
        public void info(String line) {
            // Of no interest here.
        }

        @Override
        public void warn(String line) {
            Truth.expect(!line.contains("bug"), line);
        }
    };

    Plane(long seed, PlaneMutant mutant) {
        this(seed, mutant, false);
    }

    /** @param moves whether there is a directory by which tenants move */
    Plane(long seed, PlaneMutant mutant, boolean moves) {
        this.simulation = new Simulation(seed);
        this.mutant = mutant;
        this.homes = moves ? new Homes() : null;
        this.movement = moves ? new Movement(this) : null;
        if (moves) {
            specs.add(new PartitionSpec(Directory.ID, PartitionKind.DIRECTORY, MemoryStore.NAME, ""));
        }
        Simulation s = simulation;
        for (String id : List.of("rm-1", "rm-2", "tp-1", "tp-2")) {
            PartitionKind kind = id.startsWith("tp") ? PartitionKind.TENANT : PartitionKind.RESOURCE_MANAGER;
            specs.add(new PartitionSpec(new PartitionId(id), kind, MemoryStore.NAME, RandomFit.NAME));
        }
        this.network = new SimulatedNetwork(
                s,
                new NetworkFaults(
                        Duration.ofMillis(1 + s.below(s.chance(0.4) ? 3_000 : 200)),
                        s.below(3) * 0.01,
                        s.below(4) * 0.05));
        this.calls = new SimulatedCalls(
                s, network, (service, payload) -> !service.equals("kochab.partition") || payload[0] != SUBMIT);
        this.nodes = new PlaneNodes(this, 2, 3);
        this.truth = new Truth(new MemoryStore(), nodes.cpu(), homes);
        this.store = new SimulatedStore(
                s,
                truth,
                same -> same,
                new Faults(
                        Duration.ofMillis(1 + s.below(40)),
                        s.below(3) * 0.01,
                        s.below(3) * 0.01,
                        s.below(3) * 0.01,
                        s.below(3) * 0.03,
                        Duration.ofMillis(300 + s.below(500))));
        for (int i = 0; i < MEMBERS; i++) {
            SimulatedProcess process = new SimulatedProcess(s, "m" + i, 1 + (s.below(101) - 50) / 1_000.0);
            members.add(new PlaneMember(this, process));
            names.add(process.name());
        }
    }

    boolean isHealed() {
        return healed;
    }

    List<String> memberNames() {
        return names;
    }

    PartitionSpec spec(PartitionId id) {
        return specs.stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
    }

    /** What a tenant partition's leader has of its own partition. */
    Partition seenByLeader(PlaneMember member, LedPartition partition) {
        return switch (mutant) {
            case RELEASES_WITHOUT_PROOF -> new Forgetful(partition, "pods/");
            case PLACES_BEFORE_ASKING -> new FenceSignal(partition, member::hideManagersOnce);
            default -> partition;
        };
    }

    /** What those who move tenants have of the partition that these leave. */
    Partition seenByMover(Partition partition) {
        return mutant == PlaneMutant.UNFENCED_MOVES ? new Unfenced(partition) : partition;
    }

    /** The directory as those have it who follow it. */
    Partition heardOfDirectory(Partition directory) {
        return mutant == PlaneMutant.ACTS_ON_OLD_WORDS ? new OldWords(directory, simulation) : directory;
    }

    Partition seenByManager(LedPartition partition) {
        return mutant == PlaneMutant.FORGETS_CLAIMS ? new Forgetful(partition, "claim/") : partition;
    }

    /** A manager as its callers reach it. */
    ResourceManager reached(SerialResourceManager manager) {
        return mutant == PlaneMutant.GRANTS_TO_FORMER_LEADERS ? new Credulous(manager, latestReadings) : manager;
    }

    void run() {
        members.forEach(m -> simulation.after(simulation.between(Duration.ZERO, Duration.ofSeconds(1)), m::start));
        nodes.start();
        people();
        if (movement != null) {
            movement.start();
        }
        trouble();
        simulation.run(TROUBLE);
        healed = true;
        network.heal();
        network.faults(NetworkFaults.NONE);
        store.faults(Faults.NONE);
        members.forEach(m -> m.process.resume());
        long end = simulation.nanos() + HEALING.toNanos();
        while (truth.unsettled().isPresent() && simulation.nanos() < end) {
            simulation.run(Duration.ofSeconds(1));
        }
        truth.unsettled().ifPresent(what -> {
            throw new AssertionError("with everything well again, " + what);
        });
    }

    private void people() {
        simulation.after(simulation.between(Duration.ofMillis(10), Duration.ofMillis(900)), () -> {
            if (healed) {
                return;
            }
            if (movement != null) {
                actInTenant(movement.anyTenant());
                people();
                return;
            }
            PartitionId tp = new PartitionId("tp-" + (1 + simulation.below(2)));
            for (PlaneMember m : members) {
                LedPartition p = m.served(tp);
                if (p != null && !m.process.isPaused()) {
                    act(p);
                    if (simulation.chance(0.2)) {
                        // Claims are under way when the leader changes.
                        create(p, "tenant-" + p.id());
                        simulation.after(
                                simulation.between(Duration.ofMillis(5), Duration.ofMillis(400)),
                                () -> m.handOver(tp, "m" + simulation.below(MEMBERS)));
                    }
                    break;
                }
            }
            people();
        });
    }

    private void actInTenant(TenantId tenant) {
        try {
            movement.find(tenant).ifPresent(tp -> {
                if (simulation.chance(0.35)) {
                    delete(tp);
                } else if (simulation.chance(0.3)) {
                    resize(tp);
                } else {
                    create(tp, tenant.value());
                }
            });
        } catch (NotLeaderException e) {
            // It was about to end.
            return;
        }
    }

    private void act(LedPartition tp) {
        try {
            if (simulation.chance(0.35) && !truth.pods.isEmpty()) {
                delete(tp);
            } else if (simulation.chance(0.3)) {
                resize(tp);
            } else {
                create(tp, "tenant-" + tp.id());
            }
        } catch (NotLeaderException e) {
            // It was about to end.
            return;
        }
    }

    private void create(LedPartition tp, String tenant) {
        String name = "p" + ++pods;
        Pod template = TEMPLATES.get(pods % SIZES.size());
        boolean urgent = simulation.chance(0.25);
        Pod pod = template.withMetadata(template.metadata()
                        .withName(name)
                        .withPlace(tenant, "default")
                        .created("uid-" + name, now()))
                .withSpec(urgent ? template.spec().toBuilder().priority(URGENT).build() : template.spec());
        String key = ObjectKeys.pod(tenant, "default", name);
        Transaction creation = movement != null
                ? movement.creation(tp, new TenantId(tenant), key, pod)
                : new Transaction(
                        List.of(new Precondition.Absent(key)), List.of(new Operation.Put(key, Rig.CODEC.encode(pod))));
        tp.submit(creation).thenAccept(result -> {
            if (result instanceof CommitResult.Committed) {
                truth.acknowledged.add("uid-" + name);
            }
        });
    }

    private void delete(LedPartition tp) {
        change(tp, pod -> pod.withMetadata(pod.metadata().withDeletion(now(), simulation.below(3))));
    }

    private void resize(LedPartition tp) {
        Pod template = TEMPLATES.get(simulation.below(SIZES.size()));
        change(tp, pod -> pod.withSpec(pod.spec().withSizesOf(template.spec()))
                .withMetadata(pod.metadata().withGeneration(Truth.generation(pod) + 1)));
    }

    private void change(LedPartition tp, UnaryOperator<Pod> how) {
        List<Entry> all = tp.list("pods/", 1_000).entries();
        if (all.isEmpty()) {
            return;
        }
        Entry entry = all.get(simulation.below(all.size()));
        Pod pod = movement != null ? movement.pod(entry) : Rig.CODEC.decode(entry.value(), Pod.class);
        if (pod.metadata().deletionTimestamp() == null) {
            Pod changed = how.apply(pod);
            tp.submit(
                    movement != null
                            ? movement.change(tp, entry, changed)
                            : new Transaction(
                                    List.of(new Precondition.AtRevision(entry.key(), entry.revision())),
                                    List.of(new Operation.Put(entry.key(), Rig.CODEC.encode(changed)))));
        }
    }

    private Instant now() {
        return Instant.ofEpochSecond(1_800_000_000, simulation.nanos());
    }

    private void trouble() {
        simulation.after(simulation.between(Duration.ofMillis(100), Duration.ofSeconds(3)), () -> {
            if (!healed) {
                trouble(members.get(simulation.below(MEMBERS)));
                trouble();
            }
        });
    }

    private void trouble(PlaneMember m) {
        Simulation s = simulation;
        switch (s.below(8)) {
            case 0, 1 -> m.crash(s.between(Duration.ofMillis(1), Duration.ofSeconds(3)));
            case 2 -> m.process.pause(s.between(Duration.ofMillis(100), Duration.ofSeconds(5)));
            case 3, 4, 5 ->
                specs.forEach(spec -> {
                    if (s.chance(0.5)) {
                        m.handOver(spec.id(), "m" + s.below(MEMBERS));
                    }
                });
            case 6 -> store.crash(s.between(Duration.ofMillis(1), Duration.ofSeconds(2)));
            default -> {
                for (PlaneMember other : members) {
                    network.cut(m.process, other.process);
                    if (s.chance(0.7)) {
                        network.cut(other.process, m.process);
                    }
                }
                s.after(s.between(Duration.ofMillis(50), Duration.ofSeconds(4)), network::heal);
            }
        }
    }

    Optional<LedPartition> served(PartitionId id) {
        return members.stream().map(m -> m.served(id)).filter(p -> p != null).findFirst();
    }
}

package org.kochab.rm.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.tenant.TenantRounds;
import org.kochab.store.memory.MemoryStore;
import org.kochab.testkit.simulation.AwaitedPartition;
import org.kochab.testkit.simulation.SimulatedProcess;
import org.kochab.testkit.simulation.Simulation;

/** In a plane with a directory: people let its tenants move to and fro, and leaders do that. Whoever uses a tenant knows nothing of it. */
final class Movement {
    private static final List<TenantId> TENANTS = List.of(new TenantId("default"), TenantId.SYSTEM);
    private static final List<PartitionId> PLACES = List.of(new PartitionId("tp-1"), new PartitionId("tp-2"));

    private final Plane plane;
    private final Simulation simulation;
    private final Decoded decoded = new Decoded(Rig.CODEC, 256, () -> 0);
    /** Whoever asks waits for the answer, and while the directory is away that is long. */
    private boolean asking;

    Movement(Plane plane) {
        this.plane = plane;
        this.simulation = plane.simulation;
    }

    void start() {
        simulation.after(simulation.between(Duration.ofMillis(100), Duration.ofSeconds(2)), () -> {
            if (!plane.isHealed()) {
                plane.served(Directory.ID).ifPresent(Movement::bootstrap);
                PlaneMember m = plane.members.get(simulation.below(plane.members.size()));
                if (m.process.isAlive() && !asking) {
                    ask(m);
                }
                start();
            }
        });
    }

    private static void bootstrap(LedPartition directory) {
        try {
            if (directory.get(Directory.partitionKey(PLACES.get(0))).isEmpty()) {
                directory.submit(Directory.bootstrap(PLACES.size(), 2, MemoryStore.NAME, RandomFit.NAME));
            }
        } catch (NotLeaderException e) {
            // The next one is asked.
            return;
        }
    }

    private void ask(PlaneMember m) {
        TenantId tenant = TENANTS.get(simulation.below(TENANTS.size()));
        PartitionId to = PLACES.get(simulation.below(PLACES.size()));
        boolean abort = simulation.chance(0.1);
        m.process.soon(() -> {
            asking = true;
            try {
                if (abort) {
                    TenantRounds.abort(m.process, m, Rig.CODEC, this::now, tenant);
                } else {
                    TenantRounds.begin(m.process, m, Rig.CODEC, this::now, tenant, to);
                }
            } catch (SimulatedProcess.Ended e) {
                // Nobody knows what became of it.
                return;
            } finally {
                asking = false;
            }
        });
    }

    private Instant now() {
        return Instant.ofEpochSecond(1_800_000_000, simulation.nanos());
    }

    /** What a tenant partition's leader does about its tenants. */
    void lead(PlaneMember m, LedPartition partition) {
        Partition own = new AwaitedPartition(partition, m.process);
        TenantRounds rounds = new TenantRounds(
                m.process, m, plane::heardOfDirectory, own, plane.seenByMover(own), Rig.CODEC, this::now);
        repeat(m, partition, Duration.ofMillis(200), rounds::settle);
        repeat(m, partition, Duration.ofMillis(500), rounds::move);
    }

    private void repeat(PlaneMember m, LedPartition partition, Duration most, Runnable work) {
        m.process.after(simulation.between(Duration.ofMillis(2), most), () -> {
            try {
                if (m.leads(partition)) {
                    work.run();
                    repeat(m, partition, most, work);
                }
            } catch (SimulatedProcess.Ended e) {
                // Another member goes on.
                return;
            }
        });
    }

    /** Some partition that has a tenant, or a copy of it: whoever writes there does not know which. */
    Optional<LedPartition> find(TenantId tenant) {
        List<LedPartition> found = new ArrayList<>();
        for (PartitionId place : PLACES) {
            for (PlaneMember m : plane.members) {
                LedPartition p = m.served(place);
                if (p != null
                        && !m.process.isPaused()
                        && p.get(ObjectKeys.openTenant(tenant)).isPresent()) {
                    found.add(p);
                }
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(simulation.below(found.size())));
    }

    TenantId anyTenant() {
        return TENANTS.get(simulation.below(TENANTS.size()));
    }

    /** A new pod as an API server stores it. */
    Transaction creation(Partition tp, TenantId tenant, String key, Pod pod) {
        Home home = Home.of(tp.get(Home.key(tenant)));
        return new Transaction(
                List.of(
                        new Precondition.Absent(key),
                        new Precondition.Present(ObjectKeys.openNamespace(tenant, "default")),
                        home.here(tenant)),
                List.of(new Operation.Put(key, decoded.encode(pod, home.era()))));
    }

    Pod pod(Entry entry) {
        return (Pod) decoded.decode(entry, Kind.POD);
    }

    Transaction change(Partition tp, Entry entry, Pod pod) {
        TenantId tenant = new TenantId(String.valueOf(pod.metadata().tenant()));
        Home home = Home.of(tp.get(Home.key(tenant)));
        return new Transaction(
                List.of(new Precondition.AtRevision(entry.key(), entry.revision()), home.here(tenant)),
                List.of(new Operation.Put(entry.key(), decoded.encode(pod, home.era()))));
    }
}

package org.kochab.partition.internal.core.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.spi.store.PartitionStore;
import org.kochab.store.memory.MemoryStore;
import org.kochab.testkit.history.Call;
import org.kochab.testkit.history.PartitionHistory;
import org.kochab.testkit.simulation.Faults;
import org.kochab.testkit.simulation.PartitionAccess;
import org.kochab.testkit.simulation.PartitionClient;
import org.kochab.testkit.simulation.PartitionWatcher;
import org.kochab.testkit.simulation.SimulatedStore;
import org.kochab.testkit.simulation.Simulation;

/**
 * Members that compete for one partition on a store that fails, clients and watchers; and everything that must hold of what they see.
 * Whatever is wrong is thrown as an {@link AssertionError}.
 */
final class World {
    static final PartitionSpec SPEC =
            new PartitionSpec(new PartitionId("p"), PartitionKind.TENANT, MemoryStore.NAME, "spread");

    private static final Duration TROUBLE = Duration.ofSeconds(15);
    private static final Duration HEALING = Duration.ofSeconds(10);

    final Simulation simulation;
    final KernelLimits limits;
    final Mutant mutant;
    /** Between which the partition is moved. */
    final List<SimulatedStore> ways = new ArrayList<>();
    /** What the directory says: the store that has the partition, and the one it is to be moved to. */
    int place;

    @Nullable
    Integer wanted;

    int moves;
    final List<SimulatedMember> members = new ArrayList<>();
    private final List<PartitionClient> clients = new ArrayList<>();
    private final List<PartitionWatcher> watchers = new ArrayList<>();
    boolean healed;

    final PartitionHistory history = new PartitionHistory();

    World(long seed, Mutant mutant) {
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
                Duration.ofSeconds(1),
                1 + s.below(4),
                Duration.ofMillis(10 + s.below(40)));
        Faults faults = new Faults(
                Duration.ofMillis(1 + s.below(80)),
                s.below(4) * 0.02,
                s.below(4) * 0.01,
                s.below(4) * 0.01,
                s.below(4) * 0.05,
                Duration.ofMillis(200 + s.below(600)));
        for (String name : List.of(MemoryStore.NAME, "other")) {
            PartitionStore memory = mutant.behindTheWay(new MemoryStore(name));
            ways.add(new SimulatedStore(s, new Ledger(memory), PartitionStore.class::cast, faults));
        }
        for (int i = 0; i < 3; i++) {
            members.add(new SimulatedMember(this, "m" + i, 1 + (s.below(101) - 50) / 1_000.0));
        }
        PartitionAccess access = new Access();
        for (int i = 0; i < 4; i++) {
            clients.add(new PartitionClient(s, history, access, "c" + i));
        }
        for (String prefix : List.of("", "", "a/", "a/1", "c")) {
            watchers.add(new PartitionWatcher(s, history, access, prefix, events -> mutant.delivered(events, s)));
        }
    }

    /** Lives through trouble, heals, and checks. */
    void run() {
        members.forEach(m -> simulation.after(simulation.between(Duration.ZERO, Duration.ofSeconds(1)), m::start));
        clients.forEach(PartitionClient::start);
        watchers.forEach(PartitionWatcher::start);
        trouble();
        wish();
        simulation.run(TROUBLE);
        healed = true;
        ways.forEach(w -> w.faults(Faults.NONE));
        members.forEach(SimulatedMember::heal);
        simulation.run(HEALING);
        check();
    }

    private void trouble() {
        simulation.after(simulation.between(Duration.ofMillis(100), Duration.ofSeconds(4)), () -> {
            if (healed) {
                return;
            }
            SimulatedMember m = members.get(simulation.below(members.size()));
            // Mostly whoever leads: troubling followers shows little.
            for (SimulatedMember other : members) {
                if (other.led() != null && simulation.chance(0.7)) {
                    m = other;
                }
            }
            switch (simulation.below(5)) {
                case 0 -> m.crash(simulation.between(Duration.ofMillis(1), Duration.ofSeconds(3)));
                case 1, 2 -> m.pause(simulation.between(Duration.ofMillis(100), Duration.ofSeconds(4)));
                case 3 -> m.stop();
                default ->
                    ways.get(simulation.below(ways.size()))
                            .crash(simulation.between(Duration.ofMillis(1), Duration.ofSeconds(2)));
            }
            trouble();
        });
    }

    /** Somebody wants the partition in the other store, or changes their mind. */
    private void wish() {
        simulation.after(simulation.between(Duration.ofMillis(100), Duration.ofSeconds(5)), () -> {
            if (healed) {
                return;
            }
            wanted = wanted != null && simulation.chance(0.3) ? null : (Integer) (1 - place);
            tell();
            wish();
        });
    }

    /** Members learn what the directory says sooner or later. */
    private void tell() {
        int saidPlace = place;
        Integer saidWanted = wanted;
        long number = simulation.tick();
        for (SimulatedMember m : members) {
            simulation.after(
                    simulation.between(Duration.ofMillis(1), Duration.ofSeconds(2)),
                    () -> m.told(number, saidPlace, saidWanted));
        }
    }

    /** A member has seen that the other store decides. */
    void isElsewhere(String here) {
        int of = here.equals(MemoryStore.NAME) ? 0 : 1;
        Seals.settle(SPEC.id(), ways.get(of), ways.get(1 - of)).whenComplete((found, error) -> {
            if (error == null && found == ways.get(1 - of) && place == of) {
                moves++;
                place = 1 - of;
                wanted = null;
                tell();
            }
        });
    }

    /** Clients are outside the members; they get the partition of any one that believes to lead. */
    private final class Access implements PartitionAccess {
        @Override
        public @Nullable Handle find() {
            List<Handle> found = new ArrayList<>();
            for (SimulatedMember m : members) {
                LedPartition p = m.led();
                if (p != null) {
                    int life = m.life();
                    found.add(new Handle(p, () -> m.answers(life), () -> m.life() == life, true));
                }
            }
            return found.isEmpty() ? null : found.get(simulation.below(found.size()));
        }

        @Override
        public boolean isOpen() {
            return !healed;
        }

        @Override
        public void after(Duration delay, Runnable action) {
            simulation.after(delay, action);
        }
    }

    long answered() {
        return clients.stream().mapToLong(PartitionClient::answered).sum();
    }

    static String text(Entry entry) {
        return new String(entry.value(), UTF_8);
    }

    static void expect(boolean holds, String otherwise) {
        PartitionHistory.expect(holds, otherwise);
    }

    private void check() {
        PartitionAccess.Handle last = new Access().find();
        expect(last != null, "nobody leads after healing");
        clients.forEach(PartitionClient::end);
        for (SimulatedMember m : members) {
            for (long i = m.spent(); i > 0; i--) {
                history.unknown();
            }
        }
        history.checkEnd(last.partition().revision());
        for (String key : PartitionClient.KEYS) {
            long now = simulation.tick();
            String value = last.partition()
                    .get(key)
                    .map(e -> new String(e.value(), UTF_8))
                    .orElse(null);
            history.seen(value);
            history.call(
                    key, new Call("last", now, simulation.tick(), new Call.Ask.Read(), new Call.Answer.Was(value)));
        }
        watchers.forEach(w -> w.end(last));
        history.checkKeys();
    }
}

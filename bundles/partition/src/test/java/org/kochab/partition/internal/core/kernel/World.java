package org.kochab.partition.internal.core.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.spi.store.PartitionStore;
import org.kochab.store.memory.MemoryStore;
import org.kochab.testkit.history.Call;
import org.kochab.testkit.history.Linearizability;
import org.kochab.testkit.simulation.Faults;
import org.kochab.testkit.simulation.SimulatedStore;
import org.kochab.testkit.simulation.Simulation;

/**
 * Members that compete for one partition on a store that fails, clients and watchers; and everything that must hold of what they see.
 * Whatever is wrong is thrown as an {@link AssertionError}.
 */
final class World {
    static final List<String> KEYS = List.of("a/1", "a/1x", "a/2", "b/1", "c");
    static final PartitionSpec SPEC =
            new PartitionSpec(new PartitionId("p"), PartitionKind.TENANT, MemoryStore.NAME, "spread");

    private static final Duration TROUBLE = Duration.ofSeconds(15);
    private static final Duration HEALING = Duration.ofSeconds(10);

    final Simulation simulation;
    final KernelLimits limits;
    final Mutant mutant;
    final SimulatedStore way;
    final List<SimulatedMember> members = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final List<SimulatedWatcher> watchers = new ArrayList<>();
    boolean healed;

    /** What clients were told, by key. */
    private final Map<String, List<Call>> calls = new TreeMap<>();
    /** What acknowledged transactions set (null: deleted), by revision and key. */
    private final TreeMap<Long, Map<String, String>> acknowledged = new TreeMap<>();
    /** What watchers saw, by revision and key. */
    private final Map<Long, Map<String, String>> events = new HashMap<>();
    /** Values of transactions that were answered with "nothing changed". */
    private final Set<String> never = new HashSet<>();

    long unknown;
    long highestAcknowledged;
    long answered;

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
        PartitionStore memory = mutant.behindTheWay(new MemoryStore());
        this.way = new SimulatedStore(s, new Ledger(memory), PartitionStore.class::cast, faults);
        for (int i = 0; i < 3; i++) {
            members.add(new SimulatedMember(this, "m" + i, 1 + (s.below(101) - 50) / 1_000.0));
        }
        for (int i = 0; i < 4; i++) {
            clients.add(new SimulatedClient(this, "c" + i));
        }
        for (String prefix : List.of("", "", "a/", "a/1", "c")) {
            watchers.add(new SimulatedWatcher(this, prefix));
        }
    }

    /** Lives through trouble, heals, and checks. */
    void run() {
        members.forEach(m -> simulation.after(simulation.between(Duration.ZERO, Duration.ofSeconds(1)), m::start));
        clients.forEach(SimulatedClient::start);
        watchers.forEach(SimulatedWatcher::start);
        trouble();
        simulation.run(TROUBLE);
        healed = true;
        way.faults(Faults.NONE);
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
                default -> way.crash(simulation.between(Duration.ofMillis(1), Duration.ofSeconds(2)));
            }
            trouble();
        });
    }

    /** A partition as some member serves it, by chance one of several that believe to. */
    @Nullable
    LedPartition anyLed() {
        List<LedPartition> led = new ArrayList<>();
        for (SimulatedMember m : members) {
            LedPartition p = m.led();
            if (p != null) {
                led.add(p);
            }
        }
        return led.isEmpty() ? null : led.get(simulation.below(led.size()));
    }

    void call(String key, Call call) {
        calls.computeIfAbsent(key, k -> new ArrayList<>()).add(call);
    }

    void neverWritten(String value) {
        never.add(value);
    }

    void acknowledged(long revision, long highestBefore, Map<String, String> values) {
        expect(
                revision > highestBefore,
                "revision " + revision + " for a transaction submitted after revision " + highestBefore);
        Map<String, String> other = acknowledged.put(revision, values);
        expect(other == null, "revision " + revision + " was given twice: " + values + " and " + other);
        highestAcknowledged = Math.max(highestAcknowledged, revision);
    }

    void event(long revision, String key, @Nullable String value) {
        Map<String, String> atRevision = events.computeIfAbsent(revision, r -> new HashMap<>());
        if (atRevision.containsKey(key)) {
            expect(
                    java.util.Objects.equals(atRevision.get(key), value),
                    "two watchers saw " + atRevision.get(key) + " and " + value + " of key " + key + " at " + revision);
        }
        atRevision.put(key, value);
        expect(value == null || !never.contains(value), "a watcher saw " + value + ", which was never to be written");
    }

    static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    static List<Entry> all(LedPartition partition, String prefix) {
        ListPage page = partition.list(prefix, 10_000);
        expect(page.next().isEmpty(), "a list of a few keys has a second page");
        return page.entries();
    }

    private void check() {
        LedPartition last = anyLed();
        expect(last != null, "nobody leads after healing");
        clients.forEach(SimulatedClient::end);
        long end = last.revision();
        expect(
                end >= highestAcknowledged,
                "revision " + highestAcknowledged + " was acknowledged, the last one is " + end);
        expect(
                acknowledged.size() <= end && end <= acknowledged.size() + unknown,
                "revisions are not dense: " + acknowledged.size() + " acknowledged, " + unknown + " unknown, last "
                        + end);
        for (String key : KEYS) {
            long now = simulation.tick();
            Optional<Entry> entry = last.get(key);
            String value = entry.map(World::text).orElse(null);
            expect(value == null || !never.contains(value), value + " is there, which was never to be written");
            call(key, new Call("last", now, simulation.tick(), new Call.Ask.Read(), new Call.Answer.Was(value)));
        }
        watchers.forEach(w -> w.end(last));
        calls.forEach((key, list) -> Linearizability.violation(list).ifPresent(why -> {
            throw new AssertionError("key " + key + ": " + why);
        }));
    }

    /** A watcher of all keys saw every revision of this range that changed something: it must be what was acknowledged. */
    void checkSeen(long after, long upTo) {
        acknowledged.subMap(after, false, upTo, true).forEach((revision, values) -> {
            Map<String, String> seen = events.getOrDefault(revision, Map.of());
            values.forEach((key, value) -> expect(
                    value == null || value.equals(seen.get(key)),
                    "revision " + revision + " set " + key + " to " + value + ", watchers saw " + seen));
        });
    }

    static String text(Entry entry) {
        return new String(entry.value(), java.nio.charset.StandardCharsets.UTF_8);
    }
}

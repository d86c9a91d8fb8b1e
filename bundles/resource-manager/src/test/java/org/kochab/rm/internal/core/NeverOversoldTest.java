package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.link.Desired;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimAnswer.Granted;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;

/**
 * Random lives: several tenant partitions race for small nodes, the link loses, doubles and reorders, the store is busy or silent, the
 * manager crashes at any moment. What must never happen is checked after every step. A failing seed replays exactly.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class NeverOversoldTest {
    private static final int SEEDS = 40;
    private static final int STEPS = 120;
    private static final int NODES = 4;

    @Test
    void inAnyLife() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (Life life = new Life(seed)) {
                life.run();
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class Life implements AutoCloseable {
        private final Random random;
        private final Rig rig = new Rig();
        private final List<SimulatedNode> nodes = new ArrayList<>();
        private final List<SimulatedNode.Message> onTheWay = new ArrayList<>();

        /** Requests by uid, of all pods ever asked for. */
        private final Map<String, Map<String, Long>> requests = new HashMap<>();

        private final Map<String, Claim> known = new TreeMap<>();
        private final Set<String> wishedToEnd = new HashSet<>();
        private final Map<Long, String> tokens = new HashMap<>();
        private final List<CompletableFuture<Void>> asked = new ArrayList<>();
        private final Set<String> forced = new HashSet<>();
        private String told;
        private int pods;

        Life(long seed) {
            random = new Random(seed);
            rig.link.watcher = this::checkTold;
            for (int i = 0; i < NODES; i++) {
                SimulatedNode n = new SimulatedNode(
                        "n" + i, Map.of("cpu", Integer.toString(1 + i), "memory", "1Gi", "pods", "6"));
                nodes.add(n);
                n.connect();
                flush(n);
            }
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step();
                if (random.nextInt(3) > 0) {
                    rig.settle();
                    check();
                }
            }
            heal();
        }

        /** A node is told of what is durable, and of nothing else. */
        private void checkTold(Link.Outgoing message) {
            if (message.topic().endsWith("/down/desired") && message.payload().length > 0) {
                String node = message.topic().split("/")[3];
                for (Desired.Entry p :
                        Rig.CODEC.decode(message.payload(), Desired.class).pods()) {
                    Claim claim = rig.stored(node, p.uid()).orElse(null);
                    // A claim may be over already: then its node said so itself, or was lost.
                    if (claim == null ? !wishedToEnd.contains(p.uid()) : claim.token() != p.token()) {
                        told = "node " + node + " was told of pod " + p.uid() + ", which is not durable";
                    }
                    if (claim != null && p.stopGraceSeconds() != null && claim.releaseGraceSeconds() == null) {
                        told = "node " + node + " was told to stop pod " + p.uid() + ", which is not durable";
                    }
                }
            }
        }

        private void step() {
            SimulatedNode node = nodes.get(random.nextInt(NODES));
            switch (random.nextInt(15)) {
                case 0, 1, 2, 3 -> claim();
                case 4, 5 -> release();
                case 6 -> again();
                case 7 -> node.heartbeat();
                case 8 -> {
                    if (!node.running.isEmpty()) {
                        node.endByItself(
                                new ArrayList<>(node.running.keySet()).get(random.nextInt(node.running.size())));
                    }
                }
                case 9 -> {
                    node.connect();
                    flush(node);
                }
                case 10 -> {
                    FaultyPartition.Fault[] some = {
                        FaultyPartition.Fault.BUSY, FaultyPartition.Fault.LOST, FaultyPartition.Fault.SILENT
                    };
                    rig.partition.faults.add(some[random.nextInt(some.length)]);
                }
                case 11 -> {
                    if (random.nextInt(3) == 0) {
                        // Who asked the old leader hears nothing any more.
                        asked.clear();
                        rig.restart();
                    }
                }
                case 12 -> rig.passSeconds(random.nextInt(4) == 0 ? 45 : 2);
                case 13 -> node.finishStops();
                default -> node.reportAll();
            }
            deliver();
        }

        private void claim() {
            List<ClaimRequest> batch = new ArrayList<>();
            String group = random.nextInt(3) == 0 ? "g" : null;
            for (int i = random.nextInt(5); i >= 0; i--) {
                String uid = "pod-" + pods++;
                Map<String, Long> wants = Rig.requests(100L * (1 + random.nextInt(8)), Rig.MIB * random.nextInt(300));
                requests.put(uid, wants);
                String partition = "tp-" + (1 + random.nextInt(2));
                batch.add(new ClaimRequest(
                        Rig.claimOf(uid, 1, partition, "n" + random.nextInt(NODES), wants), new Reading(1, 0), group));
            }
            ask(batch);
        }

        private void ask(List<ClaimRequest> batch) {
            asked.add(rig.manager
                    .claim(batch)
                    .thenAccept(answers -> answered(batch, answers))
                    .toCompletableFuture());
        }

        private void answered(List<ClaimRequest> batch, List<ClaimAnswer> answers) {
            long groupGranted = 0;
            long group = 0;
            for (int i = 0; i < batch.size(); i++) {
                Claim claim = batch.get(i).claim();
                if (batch.get(i).group() != null) {
                    group++;
                    groupGranted += answers.get(i) instanceof Granted ? 1 : 0;
                }
                if (answers.get(i) instanceof Granted g) {
                    known.put(claim.podUid(), claim);
                    String before = tokens.put(g.token(), claim.podUid());
                    assertThat(before).as("pod of token %s", g.token()).isIn(null, claim.podUid());
                    assertThat(rig.stored(claim.node(), claim.podUid()))
                            .as("granted claim of %s is durable", claim.podUid())
                            .isPresent();
                }
            }
            assertThat(groupGranted).as("granted of a group of %s", group).isIn(0L, group);
        }

        /** The same claim once more, as after a lost answer. */
        private void again() {
            if (!known.isEmpty()) {
                Claim claim = any();
                if (!wishedToEnd.contains(claim.podUid())) {
                    ask(List.of(new ClaimRequest(claim, new Reading(1, 0), null)));
                }
            }
        }

        private void release() {
            if (!known.isEmpty()) {
                Claim claim = any();
                wishedToEnd.add(claim.podUid());
                boolean force = random.nextInt(4) == 0;
                NodeSlot node = rig.manager.machine().ledger().table.node(claim.node());
                if (force && (node == null || node.phase == NodeSlot.Phase.LOST)) {
                    // Whoever forces says that what runs there does not count any more.
                    forced.add(claim.podUid());
                }
                rig.manager.release(List.of(
                        new Release(claim.podUid(), claim.node(), claim.partition(), 1, random.nextInt(5), force)));
                rig.settle();
            }
        }

        private Claim any() {
            return new ArrayList<>(known.values()).get(random.nextInt(known.size()));
        }

        private void flush(SimulatedNode node) {
            node.outbox.forEach(m -> rig.manager.received(m.topic(), m.payload(), false));
            node.outbox.clear();
            rig.settle();
        }

        /** Some messages arrive, in any order, some twice, some never; desired states arrive late or not at all. */
        private void deliver() {
            for (SimulatedNode n : nodes) {
                onTheWay.addAll(n.outbox);
                n.outbox.clear();
                byte[] desired = rig.link.retained.get(Rig.topics(n.name).desired());
                if (desired != null && random.nextInt(3) > 0) {
                    n.apply(Rig.CODEC.decode(desired, Desired.class));
                    checkTruth(n);
                }
            }
            for (int i = random.nextInt(6); i > 0 && !onTheWay.isEmpty(); i--) {
                SimulatedNode.Message m = onTheWay.get(random.nextInt(onTheWay.size()));
                int fate = random.nextInt(8);
                if (fate != 0) {
                    rig.manager.received(m.topic(), m.payload(), false);
                }
                if (fate != 1) {
                    onTheWay.remove(m);
                }
            }
        }

        private static long cpu(Map<String, String> capacity) {
            return 1_000L * Long.parseLong(capacity.get("cpu"));
        }

        /** What really runs on a node never exceeds it. */
        private void checkTruth(SimulatedNode n) {
            List<String> there = Stream.concat(n.running.keySet().stream(), n.stopping.keySet().stream())
                    .filter(uid -> !forced.contains(uid))
                    .toList();
            long cpu = there.stream().mapToLong(u -> requests.get(u).get("cpu")).sum();
            assertThat(cpu).as("cpu really used on %s", n.name).isLessThanOrEqualTo(cpu(n.capacity));
            assertThat(there.size()).as("pods really on %s", n.name).isLessThanOrEqualTo(6);
        }

        private void check() {
            // Throws what was found wrong with an answer.
            asked.forEach(a -> a.getNow(null));
            assertThat(told).isNull();
            Map<String, Long> used = new HashMap<>();
            Map<String, String> placed = new HashMap<>();
            for (var e : rig.partition.list("claim/", 10_000).entries()) {
                Claim c = Rig.CODEC.decode(e.value(), Claim.class);
                assertThat(placed.put(c.podUid(), c.node()))
                        .as("second node of %s", c.podUid())
                        .isNull();
                if (!c.finished()) {
                    used.merge(c.node(), c.requests().get("cpu"), Long::sum);
                }
            }
            Ledger ledger = rig.manager.machine().ledger();
            for (SimulatedNode n : nodes) {
                long durable = used.getOrDefault(n.name, 0L);
                assertThat(durable).as("cpu claimed on %s", n.name).isLessThanOrEqualTo(cpu(n.capacity));
                NodeSlot slot = ledger.table.node(n.name);
                if (slot != null) {
                    assertThat(ledger.table.capacity.used(slot.row, "cpu"))
                            .as("account of %s", n.name)
                            .isEqualTo(durable);
                }
                byte[] json = rig.link.retained.get(Rig.topics(n.name).desired());
                if (json != null) {
                    for (Desired.Entry p : Rig.CODEC.decode(json, Desired.class).pods()) {
                        assertThat(placed)
                                .as("pod told to %s is claimed there", n.name)
                                .containsEntry(p.uid(), n.name);
                    }
                }
            }
            for (Claim c : known.values()) {
                if (!wishedToEnd.contains(c.podUid())) {
                    assertThat(placed).as("nobody wished %s to end", c.podUid()).containsEntry(c.podUid(), c.node());
                }
            }
        }

        /** With everything well again, all that was to end has ended and all capacity of it is back. */
        private void heal() {
            rig.partition.faults.clear();
            onTheWay.clear();
            rig.settle();
            nodes.forEach(n -> n.outbox.clear());
            for (Claim c : known.values()) {
                wishedToEnd.add(c.podUid());
                rig.manager.release(List.of(new Release(c.podUid(), c.node(), c.partition(), 1, 0, false)));
            }
            rig.settle();
            for (int round = 0; round < 3; round++) {
                for (SimulatedNode n : nodes) {
                    n.connect();
                    flush(n);
                    rig.passSeconds(1);
                    n.apply(rig.desired(n.name));
                    n.finishStops();
                    n.reportAll();
                    flush(n);
                }
            }
            check();
            assertThat(rig.partition.list("claim/", 100).entries().stream().filter(e -> {
                        Claim c = Rig.CODEC.decode(e.value(), Claim.class);
                        return known.containsKey(c.podUid());
                    }))
                    .isEmpty();
            assertThat(asked).allMatch(CompletableFuture::isDone);
        }

        @Override
        public void close() {
            rig.close();
        }
    }
}

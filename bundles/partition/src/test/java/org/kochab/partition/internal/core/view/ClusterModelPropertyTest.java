package org.kochab.partition.internal.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.spi.scheduler.ClusterView;

/** The model against maps of everything that was put, after any sequence of changes. */
class ClusterModelPropertyTest {
    private static final TenantId ACME = new TenantId("acme");

    private record Held(Claim claim, boolean assumed) {}

    @Test
    void isWhatWasPutWhateverTheOrder() {
        for (long seed = 0; seed < 1000; seed++) {
            new Run(seed).go();
        }
    }

    private static final class Run {
        private final long seed;
        private final Random random;
        private final ClusterModel model = new ClusterModel();
        private final Map<String, Node> nodes = new TreeMap<>();
        private final Map<String, Held> claims = new TreeMap<>();

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void go() {
            int steps = 20 + random.nextInt(200);
            for (int i = 0; i < steps; i++) {
                step(i);
            }
            check();
            withoutSome();
            check();
        }

        private void withoutSome() {
            TreeMap<String, Held> all = new TreeMap<>(claims);
            claims.values().removeIf(h -> nodes.containsKey(h.claim.node()) && random.nextBoolean());
            List<ClusterModel.ClaimId> absent = all.entrySet().stream()
                    .filter(e -> !claims.containsKey(e.getKey()))
                    .map(e -> new ClusterModel.ClaimId(
                            e.getValue().claim.podUid(), e.getValue().claim.node()))
                    .toList();
            ClusterModel.Absence absence = model.without(absent);
            check();
            absence.end();
            claims.putAll(all);
            claims.forEach((key, held) -> {
                if (held.assumed) {
                    model.forget(held.claim.podUid(), held.claim.node());
                }
            });
            claims.values().removeIf(Held::assumed);
        }

        private void step(int i) {
            String name = "n" + random.nextInt(100);
            String manager = managerOf(name);
            String uid = new UUID(random.nextInt(60), 5).toString();
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> {
                    Node node = Views.node(
                            name,
                            Map.of("zone", "z" + random.nextInt(3), "host", name),
                            Map.of("cpu", "" + random.nextInt(9)));
                    model.putNode(manager, node, i);
                    nodes.put(name, node);
                }
                case 4 -> {
                    model.removeNode(manager, name, i);
                    nodes.remove(name);
                }
                case 5, 6, 7 -> {
                    Claim claim = claim(uid, name);
                    model.putClaim(manager, claim, i);
                    claims.put(name + "/" + uid, new Held(claim, false));
                }
                case 8 -> {
                    Claim claim = claim(uid, name);
                    model.assume(claim);
                    claims.putIfAbsent(name + "/" + uid, new Held(claim, true));
                }
                case 9 -> {
                    model.forget(uid, name);
                    claims.computeIfPresent(name + "/" + uid, (k, held) -> held.assumed ? null : held);
                }
                case 10 -> {
                    model.removeClaim(manager, name, uid, i);
                    claims.remove(name + "/" + uid);
                }
                default -> relist(manager, i);
            }
        }

        private void relist(String manager, int i) {
            model.beginRelist(manager);
            claims.entrySet().removeIf(e -> {
                Claim claim = e.getValue().claim;
                if (e.getValue().assumed || !managerOf(claim.node()).equals(manager)) {
                    return false;
                }
                boolean gone = random.nextBoolean();
                if (!gone) {
                    model.putClaim(manager, claim, i);
                }
                return gone;
            });
            nodes.entrySet().removeIf(e -> {
                if (!managerOf(e.getKey()).equals(manager)) {
                    return false;
                }
                boolean gone = random.nextBoolean();
                if (!gone) {
                    model.putNode(manager, e.getValue(), i);
                }
                return gone;
            });
            model.endRelist(manager, i);
        }

        private Claim claim(String uid, String node) {
            return Views.claim(
                    uid, node, random.nextInt(4), "acme", "web", Map.of("app", "a" + random.nextInt(3)), null);
        }

        private static String managerOf(String node) {
            return node.length() % 2 == 0 ? "rm1" : "rm2";
        }

        private void check() {
            ClusterView view = model.view();
            assertThat(model.nodes()).as("seed %d", seed).isEqualTo(nodes.size());
            assertThat(model.claims()).as("seed %d", seed).isEqualTo(claims.size());
            Map<String, Integer> matching = new TreeMap<>();
            view.pods(
                    ACME,
                    List.of("web"),
                    new LabelSelector(Map.of("app", "a1"), List.of()),
                    (slot, pods) -> matching.merge(name(view, slot), pods, Integer::sum));
            Map<String, Integer> expected = new TreeMap<>();
            claims.values().stream()
                    .filter(h -> "a1".equals(h.claim.labels().get("app")))
                    .forEach(h -> expected.merge(h.claim.node(), 1, Integer::sum));
            matching.remove("gone");
            expected.keySet().retainAll(nodes.keySet());
            assertThat(matching).as("seed %d", seed).isEqualTo(expected);
            BitSet zone = view.withLabel("zone", "z1");
            nodes.forEach((name, node) -> {
                int slot = view.slot(name);
                long cpu = claims.values().stream()
                        .filter(h -> h.claim.node().equals(name))
                        .mapToLong(h -> h.claim.requests().get("cpu"))
                        .sum();
                assertThat(view.committed("cpu")[slot]).as("seed %d", seed).isEqualTo(cpu);
                long all = view.allocatable("cpu")[slot];
                assertThat(view.inverse("cpu")[slot]).as("seed %d", seed).isEqualTo(all == 0 ? 0 : 1.0 / all);
                assertThat(zone.get(slot))
                        .as("seed %d", seed)
                        .isEqualTo("z1".equals(node.metadata().labels().get("zone")));
                ClusterView.Topology hosts = view.topology("host");
                assertThat(hosts.names().get(hosts.domain()[slot]))
                        .as("seed %d", seed)
                        .isEqualTo(name);
            });
        }

        private static String name(ClusterView view, int slot) {
            return view.live().get(slot) ? view.nodeName(slot) : "gone";
        }
    }
}

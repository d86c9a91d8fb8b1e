package org.kochab.partition.internal.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.ClusterView;

class ClusterModelTest {
    private static final TenantId ACME = new TenantId("acme");

    private final ClusterModel model = new ClusterModel();
    private final ClusterView view = model.view();

    @Test
    void showsWhatANodeIs() {
        model.putNode("rm1", Views.node("a", Map.of("zone", "z1"), Map.of("cpu", "4", "memory", "8Gi")), 7);

        int slot = view.slot("a");
        assertThat(view.live().get(slot)).isTrue();
        assertThat(view.nodeName(slot)).isEqualTo("a");
        assertThat(view.node(slot).metadata().name()).isEqualTo("a");
        assertThat(view.allocatable("cpu")[slot]).isEqualTo(4000);
        assertThat(view.allocatable("memory")[slot]).isEqualTo(8L << 30);
        assertThat(view.allocatable("gpu")[slot]).isZero();
        assertThat(view.inverse("cpu")[slot]).isEqualTo(1.0 / 4000);
        assertThat(view.inverse("gpu")[slot]).isZero();
        assertThat(view.ready().get(slot)).isTrue();
        assertThat(view.withLabel("zone", "z1").get(slot)).isTrue();
        assertThat(view.withLabelKey("zone").get(slot)).isTrue();
        assertThat(view.withRuntime("oci").get(slot)).isTrue();
        assertThat(view.withRuntime("vm").get(slot)).isFalse();
        assertThat(view.withImage("nginx").get(slot)).isTrue();
        assertThat(view.withImage("nginx:latest").get(slot)).isTrue();
        assertThat(view.withImage("nginx:1.0").get(slot)).isFalse();
        assertThat(model.revision("rm1")).isEqualTo(7);
    }

    @Test
    void forgetsAnUnreadableQuantity() {
        model.putNode("rm1", Views.node("a", Map.of(), Map.of("cpu", "many", "memory", "1Gi")), 1);

        assertThat(view.allocatable("cpu")[view.slot("a")]).isZero();
        assertThat(view.inverse("cpu")[view.slot("a")]).isZero();
        assertThat(view.allocatable("memory")[view.slot("a")]).isEqualTo(1L << 30);
    }

    @Test
    void reusesSlots() {
        for (int i = 0; i < 1000; i++) {
            model.putNode("rm1", Views.node("n" + i, Map.of(), Map.of()), i);
            model.removeNode("rm1", "n" + i, i);
        }

        assertThat(view.slots()).isZero();
        assertThat(model.nodes()).isZero();
    }

    @Test
    void usesTheLowestFreeSlotFirst() {
        for (String name : List.of("a", "b", "c", "d")) {
            model.putNode("rm1", Views.node(name, Map.of(), Map.of()), 1);
        }
        model.removeNode("rm1", "c", 2);
        model.removeNode("rm1", "a", 3);
        for (String name : List.of("e", "f", "g")) {
            model.putNode("rm1", Views.node(name, Map.of(), Map.of()), 4);
        }
        assertThat(List.of(view.slot("e"), view.slot("f"), view.slot("g"))).containsExactly(0, 2, 4);
    }

    @Test
    void takesAClaimBeforeItsNode() {
        model.putClaim("rm1", Views.claim("u1", "a", 500), 1);
        assertThat(view.slot("a")).isEqualTo(-1);

        model.putNode("rm1", Views.node("a", Map.of(), Map.of("cpu", "1")), 2);

        assertThat(view.committed("cpu")[view.slot("a")]).isEqualTo(500);
    }

    @Test
    void keepsClaimsOfANodeThatIsGone() {
        model.putNode("rm1", Views.node("a", Map.of(), Map.of("cpu", "1")), 1);
        model.putClaim("rm1", Views.claim("u1", "a", 500), 2);
        model.removeNode("rm1", "a", 3);
        assertThat(view.slot("a")).isEqualTo(-1);
        model.putNode("rm1", Views.node("b", Map.of(), Map.of("cpu", "1")), 4);
        assertThat(view.committed("cpu")[view.slot("b")]).isZero();

        model.putNode("rm1", Views.node("a", Map.of(), Map.of("cpu", "1")), 5);

        assertThat(view.committed("cpu")[view.slot("a")]).isEqualTo(500);
    }

    @Test
    void countsAnAssumedPlacementOnceItIsConfirmedOnlyOnce() {
        model.putNode("rm1", Views.node("a", Map.of(), Map.of("cpu", "1")), 1);
        int slot = view.slot("a");
        model.assume(Views.claim("u1", "a", 500));
        assertThat(view.committed("cpu")[slot]).isEqualTo(500);

        model.putClaim("rm1", Views.claim("u1", "a", 500), 2);
        model.forget("u1", "a");

        assertThat(view.committed("cpu")[slot]).isEqualTo(500);
        model.removeClaim("rm1", "a", "u1", 3);
        assertThat(view.committed("cpu")[slot]).isZero();
    }

    @Test
    void takesARefusedPlacementBack() {
        model.putNode("rm1", Views.node("a", Map.of(), Map.of("cpu", "1")), 1);
        model.assume(Views.claim("u1", "a", 500));

        model.forget("u1", "a");

        assertThat(view.committed("cpu")[view.slot("a")]).isZero();
        assertThat(model.claims()).isZero();
    }

    @Test
    void doesNotCountAFinishedPodButOneThatIsStillEnding() {
        model.putNode("rm1", Views.node("a", Map.of(), Map.of("cpu", "1")), 1);
        model.putClaim("rm1", Views.claim("u1", "a", 300), 2);
        model.putClaim("rm1", Views.claim("u2", "a", 200), 3);

        model.putClaim("rm1", Views.claim("u1", "a", 300).withFinished(), 4);
        model.putClaim("rm1", Views.claim("u2", "a", 200).withRelease(30), 5);

        assertThat(view.committed("cpu")[view.slot("a")]).isEqualTo(200);
    }

    @Test
    void relistRemovesWhatIsGoneAndKeepsOthersAndAssumed() {
        model.putNode("rm1", Views.node("a", Map.of(), Map.of("cpu", "1")), 1);
        model.putNode("rm1", Views.node("b", Map.of(), Map.of("cpu", "1")), 2);
        model.putNode("rm2", Views.node("c", Map.of(), Map.of("cpu", "1")), 1);
        model.putClaim("rm1", Views.claim("u1", "a", 100), 3);
        model.putClaim("rm1", Views.claim("u2", "a", 200), 4);
        model.putClaim("rm2", Views.claim("u3", "c", 100), 2);
        model.assume(Views.claim("u4", "a", 50));

        model.beginRelist("rm1");
        assertThat(view.committed("cpu")[view.slot("a")]).isEqualTo(350);
        model.putClaim("rm1", Views.claim("u2", "a", 200), 9);
        model.putNode("rm1", Views.node("a", Map.of(), Map.of("cpu", "1")), 9);
        model.endRelist("rm1", 9);

        assertThat(view.slot("b")).isEqualTo(-1);
        assertThat(view.committed("cpu")[view.slot("a")]).isEqualTo(250);
        assertThat(view.committed("cpu")[view.slot("c")]).isEqualTo(100);
    }

    @Test
    void tellsPodsByNamespaceAndSelectorOfOneTenantOnly() {
        model.putNode("rm1", Views.node("a", Map.of(), Map.of()), 1);
        model.putClaim("rm1", Views.claim("u1", "a", 1, "acme", "web", Map.of("app", "x"), null), 2);
        model.putClaim("rm1", Views.claim("u2", "a", 1, "acme", "web", Map.of("app", "x"), null), 3);
        model.putClaim("rm1", Views.claim("u3", "a", 1, "acme", "db", Map.of("app", "x"), null), 4);
        model.putClaim("rm1", Views.claim("u4", "a", 1, "other", "web", Map.of("app", "x"), null), 5);

        assertThat(pods("web", "app", "x")).isEqualTo(2);
        assertThat(pods("web", "app", "y")).isZero();
        model.removeClaim("rm1", "a", "u1", 6);
        assertThat(pods("web", "app", "x")).isEqualTo(1);
    }

    private int pods(String namespace, String key, String value) {
        int[] sum = {0};
        view.pods(
                ACME,
                List.of(namespace),
                new LabelSelector(Map.of(key, value), List.of()),
                (slot, pods) -> sum[0] += pods);
        return sum[0];
    }

    @Test
    void tellsTheTermsOfPlacedPodsThatMatch() {
        var term = new PodSpec.PodAffinityTerm(
                new LabelSelector(Map.of("app", "x"), List.of()), List.of(), "kubernetes.io/hostname");
        model.putNode("rm1", Views.node("a", Map.of(), Map.of()), 1);
        model.putClaim(
                "rm1",
                Views.claim("u1", "a", 1, "acme", "web", Map.of(), new PodSpec.PodAffinity(List.of(term), List.of())),
                2);

        var seen = new TreeMap<String, Integer>();
        view.terms(ACME, "web", Map.of("app", "x"), (t, slot, pods) -> seen.merge(t.topologyKey(), pods, Integer::sum));
        view.terms(ACME, "db", Map.of("app", "x"), (t, slot, pods) -> seen.merge("wrong", pods, Integer::sum));

        assertThat(seen).containsExactly(Map.entry("kubernetes.io/hostname", 1));
    }

    @Test
    void findsLabelsBeyondTheIndexedOnes() {
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < NodeIndex.MOST_KEYS + 50; i++) {
            many.put("key" + i, "v" + i % 3);
        }
        model.putNode("rm1", Views.node("a", many, Map.of()), 1);
        model.putNode("rm1", Views.node("b", Map.of("key99", "v0", "other", "x"), Map.of()), 2);

        for (int i = 0; i < many.size(); i++) {
            assertThat(view.withLabel("key" + i, "v" + i % 3).get(view.slot("a")))
                    .isTrue();
        }
        assertThat(view.withLabel("other", "x")).isEqualTo(bits(view.slot("b")));
        model.removeNode("rm1", "a", 3);
        model.putNode("rm1", Views.node("c", Map.of("other", "x"), Map.of()), 4);
        assertThat(view.withLabel("other", "x")).isEqualTo(bits(view.slot("b"), view.slot("c")));
    }

    @Test
    void tellsTaintsApartBySetAndNotByTime() {
        model.putNode("rm1", Views.tainted("a", taint("gpu", Instant.EPOCH)), 1);
        model.putNode("rm1", Views.tainted("b", taint("gpu", Instant.MAX)), 2);
        model.putNode("rm1", Views.tainted("c", taint("arm", null)), 3);

        int gpu = view.taintSets().indexOf(List.of(taint("gpu", null)));
        assertThat(view.withTaintSet(gpu)).isEqualTo(bits(view.slot("a"), view.slot("b")));
    }

    private static Node.Taint taint(String key, @Nullable Instant added) {
        return new Node.Taint(key, "yes", "NoSchedule", added);
    }

    private static BitSet bits(int... slots) {
        BitSet bits = new BitSet();
        for (int slot : slots) {
            bits.set(slot);
        }
        return bits;
    }
}

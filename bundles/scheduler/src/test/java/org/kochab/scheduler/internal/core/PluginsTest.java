package org.kochab.scheduler.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.testkit.scheduler.Nodes.node;
import static org.kochab.testkit.scheduler.Pods.expression;
import static org.kochab.testkit.scheduler.Pods.pods;
import static org.kochab.testkit.scheduler.Pods.selector;
import static org.kochab.testkit.scheduler.Pods.term;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.testkit.scheduler.Nodes;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.TestCluster;

/** Each built-in plugin, by what it does to a placement and by what it says. */
class PluginsTest {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOST = "kubernetes.io/hostname";

    private final TestCluster cluster = new TestCluster();

    private List<Decision> place(Profile profile, Pods... groups) {
        return Engine.place(cluster, Arrays.stream(groups).map(Pods::group).toList(), 1, profile.plugins());
    }

    private List<String> nodes(Pods... groups) {
        return place(Profile.SPREAD, groups).stream()
                .map(d -> d instanceof Decision.Assigned a ? a.node() : "")
                .toList();
    }

    private Refusal refusal(Pods pods) {
        List<Decision> decisions = place(Profile.SPREAD, pods);
        Decision.Rejected last = (Decision.Rejected) decisions.get(decisions.size() - 1);
        assertThat(last.refusals()).hasSize(1);
        return last.refusals().get(0);
    }

    @Test
    void saysThatThereAreNoNodes() {
        assertThat(refusal(pods("p", 1)))
                .isEqualTo(new Refusal("nodes", Refusal.Code.UNFIT_NOW, 0, "there are no nodes yet"));
    }

    @Test
    void saysHowMuchIsFreeAtMostAndHowMuchIsAsked() {
        cluster.add(node("a", Map.of(), "4", "512Mi")).add(node("b", Map.of(), "4", "256Mi"));

        assertThat(refusal(pods("p", 1).memory(2L << 30)))
                .isEqualTo(new Refusal(
                        "resource-fit",
                        Refusal.Code.UNFIT_NOW,
                        2,
                        "2 nodes have too little memory (largest free 512Mi, asked 2Gi) even when empty"));
    }

    @Test
    void saysWhatNoNodeHas() {
        cluster.add(node("a"));

        assertThat(refusal(pods("p", 1).request("nvidia.com/gpu", 1)).reason())
                .isEqualTo("1 node has too little nvidia.com/gpu (largest free 0, asked 1) even when empty");
    }

    @Test
    void placesPodsThatNeedDevicesOnlyWhereEnoughAreFree() {
        String resource = "vendor.com/thing";
        cluster.add(node("a"))
                .add(Nodes.devices(node("b"), resource, "3"))
                .add(Nodes.devices(node("c"), resource, "1"))
                .add(Nodes.devices(node("d"), resource, "0"));

        assertThat(nodes(pods("p", 1).request(resource, 2), pods("q", 3).request(resource, 1)))
                .satisfiesExactly(
                        p -> assertThat(p).isEqualTo("b"),
                        q -> assertThat(q).isIn("b", "c"),
                        q -> assertThat(q).isIn("b", "c"),
                        q -> assertThat(q).isEmpty());
    }

    @Test
    void fillsANodeAndNoMore() {
        cluster.add(node("a", Map.of(), "1", "8Gi"));

        List<String> nodes = nodes(pods("p", 5).cpu(300));

        assertThat(nodes).containsExactly("a", "a", "a", "", "");
    }

    @Test
    void countsWhatEarlierGroupsOfTheBatchTook() {
        cluster.add(node("a", Map.of(), "1", "8Gi"));

        assertThat(nodes(
                        pods("p", 1).cpu(700),
                        pods("q", 1).cpu(700),
                        pods("r", 1).cpu(300)))
                .containsExactly("a", "", "a");
    }

    @Test
    void givesBackWhatAGroupTookThatDoesNotFitAsAWhole() {
        cluster.add(node("a", Map.of(), "1", "8Gi"));

        List<Decision> decisions = place(
                Profile.SPREAD,
                pods("p", 3).cpu(400).allOrNothing(),
                pods("q", 2).cpu(500));

        Decision.Rejected first = (Decision.Rejected) decisions.get(0);
        assertThat(first.refusals().get(0).reason())
                .startsWith(
                        "2 of 3 pods fit, and the group is placed as a whole or not at all; for the next one 1 node");
        assertThat(decisions.subList(3, 5)).allMatch(d -> d instanceof Decision.Assigned);
    }

    @Test
    void avoidsNodesThatAreNotReadyOrCordoned() {
        cluster.add(Nodes.phase(node("a"), "Lost"))
                .add(Nodes.cordoned(node("b")))
                .add(node("c"));

        assertThat(nodes(pods("p", 3))).containsOnly("c");
    }

    @Test
    void saysWhichNodesAreClosed() {
        cluster.add(Nodes.cordoned(node("a")));

        assertThat(refusal(pods("p", 1)).reason()).isEqualTo("1 node is closed to new pods (cordoned)");
        assertThat(nodes(pods("p", 1)
                        .tolerate(new PodSpec.Toleration(
                                "node.kubernetes.io/unschedulable", "Exists", null, null, null))))
                .containsExactly("a");
    }

    @Test
    void placesOnTheNamedNodeOnly() {
        cluster.add(node("a")).add(node("b"));

        assertThat(nodes(pods("p", 2).nodeName("b"))).containsOnly("b");
        assertThat(refusal(pods("p", 1).nodeName("x")).code()).isEqualTo(Refusal.Code.UNFIT_EVER);
    }

    @Test
    void wantsAProvenRuntimeAndSaysWhatFailed() {
        cluster.add(Nodes.runtime(
                node("a"),
                new Node.Runtime("oci", false, "podman is not installed", List.of()),
                new Node.Runtime("process", true, null, List.of())));

        assertThat(nodes(pods("p", 1).runtime("process"))).containsExactly("a");
        assertThat(refusal(pods("p", 1)).reason())
                .isEqualTo("1 node has no proven runtime of kind 'oci' (a: podman is not installed)");
    }

    @Test
    void followsNodeSelectorsAndExpressions() {
        cluster.add(node("a", Map.of("disk", "ssd", "level", "3")))
                .add(node("b", Map.of("disk", "hdd", "level", "10")));

        assertThat(nodes(pods("p", 1).selector("disk", "ssd"))).containsExactly("a");
        assertThat(nodes(pods("p", 1).required(expression("level", "Gt", "5")))).containsExactly("b");
        assertThat(nodes(pods("p", 1).required(expression("disk", "NotIn", "hdd"))))
                .containsExactly("a");
        assertThat(nodes(pods("p", 1).required(expression("none", "DoesNotExist"), expression("x", "Exists"))))
                .doesNotContain("");
        assertThat(refusal(pods("p", 1).selector("disk", "tape")).reason())
                .isEqualTo("2 nodes do not match nodeSelector disk=tape");
    }

    @Test
    void anEmptyTermMatchesNothing() {
        cluster.add(node("a"));

        assertThat(refusal(pods("p", 1).required(new PodSpec.NodeSelectorTerm(List.of(), List.of())))
                        .plugin())
                .isEqualTo("node-affinity");
    }

    @Test
    void prefersNodesThatArePreferred() {
        cluster.add(node("a")).add(node("b", Map.of("fast", "yes"))).add(node("c"));

        assertThat(nodes(pods("p", 1).preferred(new PodSpec.PreferredNodeTerm(10, expression("fast", "Exists")))))
                .containsExactly("b");
    }

    @Test
    void keepsOffTaintsAndSaysWhich() {
        cluster.add(Nodes.tainted(node("a"), "gpu", "NoSchedule")).add(Nodes.tainted(node("b"), "old", "NoExecute"));

        assertThat(refusal(pods("p", 1)).reason())
                .isEqualTo("2 nodes have a taint that the pod does not tolerate"
                        + " (gpu=yes:NoSchedule on 1, old=yes:NoExecute on 1)");
        assertThat(nodes(pods("p", 2).tolerate(new PodSpec.Toleration("gpu", "Exists", null, null, null))))
                .containsOnly("a");
    }

    @Test
    void avoidsWhatIsNotPreferred() {
        cluster.add(Nodes.tainted(node("a"), "old", "PreferNoSchedule")).add(node("b"));

        assertThat(nodes(pods("p", 3).cpu(100))).containsOnly("b");
    }

    @Test
    void givesAHostPortOnlyOnceANode() {
        cluster.add(node("a")).add(node("b"));

        List<String> nodes = nodes(
                pods("p", 2).hostPort(8080),
                pods("q", 1).hostPort(8080),
                pods("r", 1).hostPort(81));

        assertThat(nodes.subList(0, 2)).containsExactlyInAnyOrder("a", "b");
        assertThat(nodes.get(2)).isEmpty();
        assertThat(nodes.get(3)).isNotEmpty();
    }

    @Test
    void prefersNodesThatHaveTheImage() {
        cluster.add(node("a")).add(Nodes.images(node("b"), "shop:1")).add(node("c"));

        assertThat(nodes(pods("p", 1).image("shop:1"))).containsExactly("b");
    }

    @Test
    void spreadUsesAllNodesAndBinpackAsFewAsItCan() {
        cluster.add(node("a")).add(node("b")).add(node("c"));

        assertThat(nodes(pods("p", 3).cpu(1000))).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(place(Profile.BINPACK, pods("p", 3).cpu(1000)).stream()
                        .map(d -> ((Decision.Assigned) d).node())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void podsThatAskForNothingAreSpreadToo() {
        cluster.add(node("a")).add(node("b")).add(node("c"));

        assertThat(nodes(pods("p", 3))).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void keepsTheSkewBetweenZones() {
        cluster.add(node("a", Map.of(ZONE, "z1"), "64", "64Gi"))
                .add(node("b", Map.of(ZONE, "z2"), "1", "8Gi"))
                .add(node("c"));
        Pods web = pods("p", 6)
                .labels(Map.of("app", "web"))
                .cpu(500)
                .spread(1, ZONE, "DoNotSchedule", selector(Map.of("app", "web")));

        Map<String, Integer> counts = new TreeMap<>();
        List<String> nodes = nodes(web);
        nodes.forEach(n -> counts.merge(n, 1, Integer::sum));

        assertThat(counts).isEqualTo(new TreeMap<>(Map.of("a", 3, "b", 2, "", 1)));
    }

    @Test
    void softSpreadIsAWishOnly() {
        cluster.add(node("a", Map.of(ZONE, "z1"))).add(node("b", Map.of(ZONE, "z2"), "200m", "8Gi"));
        Pods web = pods("p", 4)
                .labels(Map.of("app", "web"))
                .cpu(200)
                .spread(1, ZONE, "ScheduleAnyway", selector(Map.of("app", "web")));

        assertThat(nodes(web)).contains("a", "b").doesNotContain("");
    }

    @Test
    void antiAffinityHoldsInBothDirections() {
        cluster.add(node("a")).add(node("b"));
        Pods shy = pods("p", 1).labels(Map.of("app", "shy")).apart(term(HOST, Map.of("app", "loud")));

        List<String> nodes =
                nodes(shy, pods("q", 4).labels(Map.of("app", "loud")).cpu(100));

        assertThat(nodes.subList(1, 5)).doesNotContain(nodes.get(0)).doesNotContain("");
    }

    @Test
    void oneAHostAndThenNoMore() {
        cluster.add(node("a")).add(node("b"));
        Pods web = pods("p", 3).labels(Map.of("app", "web")).apart(term(HOST, Map.of("app", "web")));

        assertThat(nodes(web)).contains("a", "b", "");
        assertThat(refusal(web).reason())
                .isEqualTo("2 nodes share a kubernetes.io/hostname with pods matching app=web,"
                        + " which pod anti-affinity forbids");
    }

    @Test
    void theFirstOfAKindMayGoAnywhereAndTheOthersFollow() {
        cluster.add(node("a", Map.of(ZONE, "z1")))
                .add(node("b", Map.of(ZONE, "z2")))
                .add(node("c", Map.of(ZONE, "z1")));
        Pods web = pods("p", 4).labels(Map.of("app", "web")).cpu(100).near(term(ZONE, Map.of("app", "web")));

        List<String> zones = nodes(web).stream()
                .map(n -> cluster.node(cluster.slot(n)).metadata().labels().get(ZONE))
                .distinct()
                .toList();

        assertThat(zones).hasSize(1);
    }

    @Test
    void waitsForPodsThatMustBeNear() {
        cluster.add(node("a", Map.of(ZONE, "z1")));

        assertThat(refusal(pods("p", 1).near(term(ZONE, Map.of("app", "db")))).reason())
                .isEqualTo("1 node is in no topology.kubernetes.io/zone that has pods matching app=db,"
                        + " which pod affinity requires");
    }

    @Test
    void terms0fOneTenantDoNotConcernAnother() {
        cluster.add(node("a"));
        Pods shy = pods("p", 1).labels(Map.of("app", "shy")).apart(term(HOST, Map.of("app", "loud")));

        assertThat(nodes(shy, pods("q", 1).tenant("other").labels(Map.of("app", "loud"))))
                .containsOnly("a");
    }

    @Test
    void tiesAreBrokenByTheSeedAndNotByTheSlot() {
        for (int i = 0; i < 20; i++) {
            cluster.add(node("n" + i));
        }
        Decision first = Engine.place(cluster, List.of(pods("p", 1).group()), 1, Profile.SPREAD.plugins())
                .get(0);
        Decision other = Engine.place(cluster, List.of(pods("p", 1).group()), 2, Profile.SPREAD.plugins())
                .get(0);
        TestCluster turned = new TestCluster();
        for (int i = 19; i >= 0; i--) {
            turned.add(node("n" + i));
        }

        assertThat(Engine.place(turned, List.of(pods("p", 1).group()), 1, Profile.SPREAD.plugins()))
                .containsExactly(first);
        assertThat(other).isNotEqualTo(first);
    }
}

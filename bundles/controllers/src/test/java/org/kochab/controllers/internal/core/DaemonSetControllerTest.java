package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.spi.controller.Nodes;

class DaemonSetControllerTest {
    private static final Node.Taint FULL = new Node.Taint("example.com/full", null, "NoSchedule", null);
    private static final Node.Taint BROKEN = new Node.Taint("example.com/broken", null, "NoExecute", null);
    private static final Node.Taint LOST = new Node.Taint("node.kubernetes.io/unreachable", null, "NoExecute", null);

    private final World world = new World(new DaemonSetController());

    private DaemonSet set() {
        return world.one(Kind.DAEMON_SET, "logs", DaemonSet.class);
    }

    private void nodes(Node... nodes) {
        world.nodes(new Nodes(List.of(nodes), true));
        world.settle();
    }

    private void begin(DaemonSet set, Node... nodes) {
        world.create(World.T, set);
        nodes(nodes);
    }

    /** Nodes with pods that are not under deletion, with the pods' images. */
    private List<String> places() {
        return world.pods().stream()
                .filter(PodState::active)
                .map(p -> DaemonNodes.of(p).orElse("?") + " " + image(p))
                .sorted()
                .toList();
    }

    private static String image(Pod pod) {
        return pod.spec().containers().get(0).image();
    }

    private Pod on(String node) {
        return world.pods().stream()
                .filter(p -> DaemonNodes.of(p).filter(node::equals).isPresent())
                .findFirst()
                .orElseThrow();
    }

    /** All pods get their node, and run. */
    private void run() {
        for (Pod pod : world.pods()) {
            if (PodState.active(pod) && pod.spec().nodeName() == null) {
                world.placed(pod, DaemonNodes.of(pod).orElseThrow());
            }
        }
        world.ready();
    }

    private void image(String image) {
        world.change(set().withSpec(set().spec().withTemplate(Sample.template(image))));
        world.settle();
    }

    private static Node cordoned(String name) {
        return Sample.node(name).withSpec(new Node.Spec(true, List.of()));
    }

    @Test
    void eachNodeGetsAPodThatIsForNoOther() {
        begin(Sample.daemonSet("logs:1", null), Sample.node("n1"), cordoned("n2"));
        assertThat(places()).containsExactly("n1 logs:1", "n2 logs:1");
        assertThat(world.pods()).allMatch(p -> p.spec().nodeName() == null, "the scheduler binds it");

        nodes(Sample.node("n1"), cordoned("n2"), Sample.node("n3"));
        assertThat(places()).containsExactly("n1 logs:1", "n2 logs:1", "n3 logs:1");
        run();
        DaemonSet.Status status = set().status();
        assertThat(List.of(
                        status.desiredNumberScheduled(),
                        status.currentNumberScheduled(),
                        status.numberReady(),
                        status.numberAvailable(),
                        status.updatedNumberScheduled()))
                .containsOnly(3);
        assertThat(status.numberUnavailable() + status.numberMisscheduled()).isZero();
        assertThat(status.observedGeneration()).isEqualTo(1);
    }

    @Test
    void nodesAreSelectedByLabelsAffinityTaintsAndRuntime() {
        var zones = new PodSpec.NodeSelector(List.of(
                new PodSpec.NodeSelectorTerm(
                        List.of(new LabelSelector.Requirement("zone", "In", List.of("a", "b"))), null),
                new PodSpec.NodeSelectorTerm(null, null)));
        PodSpec pod = Sample.podSpec("logs:1").toBuilder()
                .nodeSelector(Map.of("disk", "ssd"))
                .affinity(new PodSpec.Affinity(new PodSpec.NodeAffinity(zones, null), null, null))
                .tolerations(List.of(new PodSpec.Toleration("example.com/full", "Exists", null, null, null)))
                .build();
        begin(
                Sample.daemonSet(pod, null),
                labelled(Sample.node("right", FULL), "disk", "ssd", "zone", "a"),
                labelled(Sample.node("lost", "Lost", LOST), "disk", "ssd", "zone", "b"),
                labelled(Sample.node("zone"), "disk", "ssd", "zone", "c"),
                labelled(Sample.node("disk"), "zone", "a"),
                labelled(Sample.node("taint", BROKEN), "disk", "ssd", "zone", "a"),
                labelled(Sample.node("device").withStatus(null), "disk", "ssd", "zone", "a"));
        assertThat(places()).containsExactly("lost logs:1", "right logs:1");
        assertThat(on("right").spec().affinity().nodeAffinity())
                .isEqualTo(new PodSpec.NodeAffinity(
                        new PodSpec.NodeSelector(List.of(new PodSpec.NodeSelectorTerm(
                                null,
                                List.of(new LabelSelector.Requirement("metadata.name", "In", List.of("right")))))),
                        null));
    }

    private static Node labelled(Node node, String... labels) {
        Map<String, String> all = new java.util.TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            all.put(labels[i], labels[i + 1]);
        }
        return node.withMetadata(node.metadata().withLabels(all));
    }

    @Test
    void aPodStaysOnANodeThatTakesNoMoreAndGoesFromOneThatIsNotMeant() {
        begin(Sample.daemonSet("logs:1", null), Sample.node("n1"), Sample.node("n2"));
        run();
        nodes(Sample.node("n1", FULL), Sample.node("n2", BROKEN));
        assertThat(places()).containsExactly("n1 logs:1");
        assertThat(set().status().numberMisscheduled()).isEqualTo(1);
        assertThat(set().status().desiredNumberScheduled()).isZero();
    }

    @Test
    void whatIsOutOfSightIsAsItWas() {
        begin(Sample.daemonSet("logs:1", null), Sample.node("n1"), Sample.node("n2"));
        run();
        world.nodes(new Nodes(List.of(Sample.node("n1")), false));
        world.settle();
        assertThat(places()).containsExactly("n1 logs:1", "n2 logs:1");
        assertThat(set().status().numberAvailable()).isEqualTo(2);

        image("logs:2");
        run();
        assertThat(places()).containsExactly("n1 logs:2", "n2 logs:1");
        assertThat(set().status().observedGeneration())
                .as("not all nodes are known")
                .isEqualTo(1);

        nodes(Sample.node("n1"), Sample.node("n2"));
        run();
        assertThat(places()).containsExactly("n1 logs:2", "n2 logs:2");
        assertThat(set().status().observedGeneration()).isEqualTo(2);
    }

    @Test
    void aNodeThatIsKnownToBeGoneNeedsNoPodThatNeverWasThere() {
        begin(Sample.daemonSet("logs:1", null), Sample.node("n1"), Sample.node("n2"));
        world.placed(on("n1"), "n1");
        nodes();
        assertThat(places())
                .as("what becomes of pods on lost nodes is not the set's to say")
                .containsExactly("n1 logs:1");
        assertThat(set().status().desiredNumberScheduled()).isZero();
    }

    @Test
    void anUpdateLeavesAsManyAvailableAsItMust() {
        begin(Sample.daemonSet("logs:1", "2"), Sample.node("n1"), Sample.node("n2"), Sample.node("n3"));
        run();
        image("logs:2");
        assertThat(places()).containsExactly("n1 logs:2", "n2 logs:2", "n3 logs:1");
        assertThat(set().status().updatedNumberScheduled()).isEqualTo(2);
        run();
        run();
        assertThat(places()).containsExactly("n1 logs:2", "n2 logs:2", "n3 logs:2");
        assertThat(set().status().updatedNumberScheduled()).isEqualTo(3);
    }

    @Test
    void anUpdateWaitsForPodsThatAreStillEnding() {
        begin(Sample.daemonSet("logs:1", "34%"), Sample.node("n1"), Sample.node("n2"), Sample.node("n3"));
        run();
        world.podsEnd = false;
        image("logs:2");
        assertThat(places()).as("of three, 34 % are two").containsExactly("n3 logs:1");
        world.removePods();
        world.settle();
        assertThat(places()).containsExactly("n1 logs:2", "n2 logs:2", "n3 logs:1");
    }

    @Test
    void aNodeThatDoesNotAnswerKeepsItsPodAndHoldsUpNobody() {
        begin(Sample.daemonSet("logs:1", null), Sample.node("n1"), Sample.node("n2"));
        run();
        world.status(on("n1"), "Running", false);
        nodes(Sample.node("n1", "Lost", LOST), Sample.node("n2"));
        image("logs:2");
        run();
        assertThat(image(on("n1"))).isEqualTo("logs:1");
        assertThat(image(on("n2"))).isEqualTo("logs:2");
        world.status(on("n1"), "Running", false);
        nodes(Sample.node("n1"), Sample.node("n2"));
        assertThat(places()).containsExactly("n1 logs:2", "n2 logs:2");
    }

    @Test
    void onDeleteLeavesPodsToTheirUser() {
        DaemonSet.Spec s = Sample.daemonSet("logs:1", null).spec();
        begin(
                Sample.daemonSet("logs:1", null)
                        .withSpec(new DaemonSet.Spec(
                                s.selector(),
                                s.template(),
                                new DaemonSet.UpdateStrategy(DaemonSet.ON_DELETE, null),
                                null,
                                null)),
                Sample.node("n1"),
                Sample.node("n2"));
        run();
        image("logs:2");
        assertThat(places()).containsExactly("n1 logs:1", "n2 logs:1");
        world.delete(on("n1"), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(places()).containsExactly("n1 logs:2", "n2 logs:1");
    }

    @Test
    void aPodThatHasEndedIsMadeAgainButNotWithoutEnd() {
        begin(Sample.daemonSet("logs:1", null), Sample.node("n1"));
        run();
        world.status(on("n1"), "Failed", false);
        world.settle();
        assertThat(places()).isEmpty();
        assertThat(world.wake()).isPresent();
        world.pass(Duration.ofSeconds(11));
        assertThat(places()).containsExactly("n1 logs:1");
    }

    @Test
    void aNodeHasOnePodOfTheSetAndPodsOfASetThatWasMadeAnewAreTakenOver() {
        Pod first = (Pod) world.create(World.T, Sample.pod("first"));
        Pod second = (Pod) world.create(World.T, Sample.pod("second"));
        world.placed(first, "n1");
        world.placed(second, "n1");
        world.ready();
        begin(Sample.daemonSet("logs:1", null), Sample.node("n1"));
        assertThat(world.pods()).hasSize(1).allMatch(p -> Owners.controls(set(), p));
    }

    /** Whatever happens in whatever order: never two pods on a node, nothing lost that is not seen, and in the end what is wanted. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverHappensItComesToWhatIsWanted(long seed) {
        Random random = new Random(seed);
        List<Node> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(Sample.node("n" + i));
        }
        begin(Sample.daemonSet("logs:0", "50%"), all.toArray(Node[]::new));
        for (int i = 0; i < 60; i++) {
            List<Pod> pods = new ArrayList<>(world.pods());
            switch (random.nextInt(6)) {
                case 0 -> {
                    List<Node> some = new ArrayList<>(all);
                    Collections.shuffle(some, random);
                    List<String> before = places();
                    world.nodes(new Nodes(some.subList(0, random.nextInt(6)), false));
                    world.settle();
                    assertThat(places()).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(before.size() - 3);
                }
                case 1 -> image("logs:" + random.nextInt(3));
                case 2 -> {
                    if (!pods.isEmpty()) {
                        world.delete(pods.get(random.nextInt(pods.size())), DeleteOptions.DEFAULT);
                        world.settle();
                    }
                }
                case 3 -> {
                    if (!pods.isEmpty()) {
                        world.status(pods.get(random.nextInt(pods.size())), "Failed", false);
                        world.settle();
                    }
                }
                case 4 -> {
                    world.podsEnd = !world.podsEnd;
                    world.removePods();
                    world.settle();
                }
                default -> run();
            }
            assertThat(places().stream().map(p -> p.split(" ")[0]))
                    .as("seed %d", seed)
                    .doesNotHaveDuplicates();
        }
        world.podsEnd = true;
        nodes(all.toArray(Node[]::new));
        for (int i = 0; i < 20; i++) {
            world.removePods();
            world.pass(Duration.ofSeconds(11));
            run();
        }
        String image = set().spec().template().spec().containers().get(0).image();
        assertThat(places())
                .as("seed %d", seed)
                .isEqualTo(
                        all.stream().map(n -> n.metadata().name() + " " + image).toList());
        assertThat(set().status().numberUnavailable()).isZero();
    }
}

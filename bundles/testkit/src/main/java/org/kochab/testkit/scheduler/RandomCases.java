package org.kochab.testkit.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.PodGroup;

/** Clusters and batches from a seed: small, crowded, and with every feature somewhere. */
public final class RandomCases {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOST = "kubernetes.io/hostname";
    private static final String RACK = "rack";

    private final Random random;
    private final boolean rich;
    /** How many times as many nodes, and half as many times as many groups. */
    private final int scale;
    /** Decides about labels alone, so that a seed's case is otherwise the same with and without them. */
    private final Random labelling;

    private final SortedMap<String, List<String>> labels;

    public RandomCases(long seed) {
        this(seed, 1, new TreeMap<>());
    }

    /** @param labels by key, with values of which about two thirds of the nodes have one */
    public RandomCases(long seed, Map<String, List<String>> labels) {
        this(seed, 1, new TreeMap<>(labels));
    }

    private RandomCases(long seed, int scale, SortedMap<String, List<String>> labels) {
        this.random = new Random(seed);
        this.labelling = new Random(seed);
        this.labels = labels;
        this.scale = scale;
        this.rich = random.nextInt(4) > 0;
    }

    /** Nodes by the hundred. */
    public static RandomCases large(long seed) {
        return new RandomCases(seed, 12, new TreeMap<>());
    }

    public TestCluster cluster() {
        TestCluster cluster = new TestCluster();
        int n = random.nextInt(5) == 0 ? random.nextInt(3) : scale * (2 + random.nextInt(24));
        int sizes = 1 + random.nextInt(3);
        for (int i = 0; i < n; i++) {
            cluster.add(random.nextInt(15) == 0 ? null : labelled(node("n" + i, sizes)));
        }
        for (int i = scale * random.nextInt(12); i > 0 && n > 0; i--) {
            int slot = random.nextInt(n);
            if (cluster.live().get(slot)) {
                cluster.place(group("old" + i, 1), slot);
            }
        }
        return cluster;
    }

    private Node node(String name, int sizes) {
        Map<String, String> labels = new TreeMap<>();
        if (random.nextInt(8) > 0) {
            labels.put(ZONE, "z" + random.nextInt(3));
        }
        if (random.nextBoolean()) {
            labels.put(RACK, "r" + random.nextInt(6));
        }
        if (random.nextBoolean()) {
            labels.put("disk", random.nextBoolean() ? "ssd" : "hdd");
        }
        labels.put("level", "" + random.nextInt(5));
        int size = 1 + random.nextInt(sizes);
        Node node = Nodes.node(name, labels, "" + size, size + "Gi");
        if (!rich) {
            return node;
        }
        switch (random.nextInt(12)) {
            case 0 -> node = Nodes.phase(node, "NotReady");
            case 1 -> node = Nodes.cordoned(node);
            case 2, 3 -> node = Nodes.tainted(node, "t" + random.nextInt(2), "NoSchedule");
            case 4 -> node = Nodes.tainted(node, "t0", "NoExecute");
            case 5 -> node = Nodes.tainted(node, "t1", "PreferNoSchedule");
            case 6 -> node = Nodes.runtime(node, new Node.Runtime("oci", false, "no podman", List.of()));
            default -> {}
        }
        return random.nextInt(3) == 0 ? Nodes.images(node, "nginx", "i" + random.nextInt(3)) : node;
    }

    private Node labelled(Node node) {
        Node labelled = node;
        for (Map.Entry<String, List<String>> label : labels.entrySet()) {
            List<String> values = label.getValue();
            if (labelling.nextInt(3) > 0) {
                labelled = Nodes.labelled(labelled, label.getKey(), values.get(labelling.nextInt(values.size())));
            }
        }
        return labelled;
    }

    public List<PodGroup> batch() {
        List<PodGroup> batch = new ArrayList<>();
        int groups = (scale + 1) / 2 * (1 + random.nextInt(6));
        for (int g = 0; g < groups; g++) {
            batch.add(group("g" + g, 1 + random.nextInt(random.nextInt(3) == 0 ? 40 : 8)));
        }
        return batch;
    }

    private PodGroup group(String name, int count) {
        Pods pods = Pods.pods(name, count)
                .tenant(random.nextInt(5) == 0 ? "other" : "acme")
                .namespace(random.nextInt(4) == 0 ? "side" : "default")
                .labels(Map.of("app", "a" + random.nextInt(3)));
        if (random.nextInt(6) > 0) {
            pods.cpu(100L * random.nextInt(8)).memory((long) random.nextInt(6) << 27);
        }
        if (rich) {
            nodeWishes(pods);
            if (random.nextInt(6) == 0) {
                pods.hostPort(8000 + random.nextInt(2));
            }
            if (random.nextInt(4) == 0) {
                pods.image("i" + random.nextInt(3));
            }
        }
        podWishes(pods);
        if (random.nextInt(5) == 0) {
            pods.allOrNothing();
        }
        return pods.group();
    }

    private void nodeWishes(Pods pods) {
        switch (random.nextInt(10)) {
            case 0 -> pods.selector("disk", "ssd");
            case 1 -> pods.required(Pods.expression("level", "Gt", "1"), Pods.expression(RACK, "DoesNotExist"));
            case 2 -> pods.required(Pods.expression(ZONE, "NotIn", "z1"));
            case 3 ->
                pods.preferred(
                        new PodSpec.PreferredNodeTerm(10, Pods.expression("disk", "Exists")),
                        new PodSpec.PreferredNodeTerm(30, Pods.expression("level", "Lt", "3")));
            case 4 -> pods.tolerate(new PodSpec.Toleration("t0", "Exists", null, null, null));
            case 5 -> pods.tolerate(new PodSpec.Toleration(null, "Exists", null, null, null));
            default -> {}
        }
    }

    private void podWishes(Pods pods) {
        String[] keys = {ZONE, HOST, RACK};
        LabelSelector selector = Pods.selector(Map.of("app", "a" + random.nextInt(3)));
        for (int i = random.nextInt(3); i > 0; i--) {
            pods.spread(
                    1 + random.nextInt(2),
                    keys[random.nextInt(3)],
                    random.nextBoolean() ? "DoNotSchedule" : "ScheduleAnyway",
                    random.nextInt(10) == 0 ? null : selector);
        }
        PodSpec.PodAffinityTerm term = new PodSpec.PodAffinityTerm(
                selector, random.nextInt(4) == 0 ? List.of("default", "side") : List.of(), keys[random.nextInt(3)]);
        switch (random.nextInt(9)) {
            case 0 -> pods.near(term);
            case 1 -> pods.preferNear(1 + random.nextInt(100), term);
            case 2, 3 -> pods.apart(term);
            case 4 -> pods.preferApart(1 + random.nextInt(100), term);
            case 5 -> pods.preferNear(20, term).apart(Pods.term(HOST, Map.of("app", "a1")));
            default -> {}
        }
    }
}

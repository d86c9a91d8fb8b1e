package org.kochab.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.kochab.api.model.Container;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.partition.internal.core.view.ClusterModel;
import org.kochab.spi.scheduler.PodGroup;

/**
 * Nodes and pods from a seed. Nodes have 4 cores, 32 GiB and 110 pods. In the full profile they have six labels in 5 zones and racks of 40, one in twenty is tainted, one
 * in fifty is not ready, two images are on one in ten; and of the groups of pods a fifth has a node selector, a fifth preferred node affinity, a fifth tolerations, a fifth
 * soft spread over zones, a tenth hard spread over zones, a tenth anti-affinity on one host, a tenth preferred affinity in a rack.
 */
public final class Workload {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOST = "kubernetes.io/hostname";
    private static final String RACK = "example.com/rack";

    private final boolean full;
    private final boolean identical;
    private final Random random;
    private int groups;

    /** @param full whether labels, taints and rules are used, or resources only */
    public Workload(boolean full, boolean identical, long seed) {
        this.full = full;
        this.identical = identical;
        this.random = new Random(seed);
    }

    public ClusterModel cluster(int nodes) {
        ClusterModel model = new ClusterModel();
        for (int i = 0; i < nodes; i++) {
            model.putNode("rm1", node(i), i + 1);
        }
        return model;
    }

    private Node node(int i) {
        String name = "node-" + i;
        Map<String, String> labels = new TreeMap<>();
        labels.put(HOST, name);
        if (full) {
            labels.put(ZONE, "zone-" + i % 5);
            labels.put(RACK, "rack-" + i / 40);
            labels.put("kubernetes.io/arch", i % 4 == 0 ? "arm64" : "amd64");
            labels.put("example.com/disk", i % 3 == 0 ? "ssd" : "hdd");
            labels.put("example.com/generation", Integer.toString(i % 7));
        }
        List<Node.Taint> taints =
                full && i % 20 == 7 ? List.of(new Node.Taint("dedicated", "batch", "NoSchedule", null)) : List.of();
        List<Node.Image> images = full && i % 10 == 3
                ? List.of(new Node.Image(List.of("registry.example.com/web:1", "registry.example.com/db:1"), 1L << 28))
                : List.of();
        boolean ready = !full || i % 50 != 11;
        return node(name, labels, taints, images, ready, Map.of("cpu", "4", "memory", "32Gi", "pods", "110"));
    }

    /** A node as its resource manager shows it, all of it allocatable. */
    public static Node node(
            String name,
            Map<String, String> labels,
            List<Node.Taint> taints,
            List<Node.Image> images,
            boolean ready,
            Map<String, String> amounts) {
        return new Node(
                "v1",
                "Node",
                ObjectMeta.named(name).withLabels(labels),
                new Node.Spec(null, taints),
                new Node.Status(
                        ready ? "Ready" : "NotReady",
                        amounts,
                        amounts,
                        List.of(),
                        List.of(),
                        null,
                        List.of(new Node.Runtime("oci", true, null, List.of("cpu", "memory", "pids"))),
                        images,
                        null));
    }

    /** A batch of groups of {@code size} pods; a single group if pods are identical. */
    public List<PodGroup> batch(int pods, int size) {
        List<PodGroup> batch = new ArrayList<>();
        int each = identical ? pods : size;
        for (int left = pods; left > 0; left -= each) {
            batch.add(group(Math.min(left, each)));
        }
        return batch;
    }

    private PodGroup group(int size) {
        int n = identical ? 0 : groups++;
        Map<String, String> labels = new TreeMap<>();
        labels.put("app", "app-" + n);
        Map<String, Long> requests = new TreeMap<>();
        boolean one = identical || !full;
        requests.put("cpu", one ? 100L : 25L * (1 + random.nextInt(8)));
        requests.put("memory", (one ? 500L : 64L * (1 + random.nextInt(12))) << 20);
        requests.put("pods", 1L);
        List<String> uids = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            uids.add(new UUID(random.nextLong(), random.nextLong()).toString());
        }
        return new PodGroup(
                new TenantId("tenant-" + n % 100),
                "default",
                labels,
                spec(labels, full && !identical ? random.nextInt(10) : -1),
                requests,
                uids,
                false);
    }

    /** One container, and no wishes. */
    public static PodSpec plain() {
        return spec(Map.of(), -1);
    }

    private static PodSpec spec(Map<String, String> labels, int kind) {
        LabelSelector own = new LabelSelector(labels, List.of());
        Map<String, String> selector = kind == 0 || kind == 1 ? Map.of("example.com/disk", "ssd") : Map.of();
        List<PodSpec.Toleration> tolerations = kind == 2 || kind == 3
                ? List.of(new PodSpec.Toleration("dedicated", "Equal", "batch", "NoSchedule", null))
                : List.of();
        List<PodSpec.TopologySpreadConstraint> spread = kind == 4 || kind == 5
                ? List.of(new PodSpec.TopologySpreadConstraint(1, ZONE, "ScheduleAnyway", own))
                : kind == 6 ? List.of(new PodSpec.TopologySpreadConstraint(1, ZONE, "DoNotSchedule", own)) : List.of();
        PodSpec.NodeAffinity node = kind == 2 || kind == 8
                ? new PodSpec.NodeAffinity(
                        null,
                        List.of(new PodSpec.PreferredNodeTerm(
                                50,
                                new PodSpec.NodeSelectorTerm(
                                        List.of(new LabelSelector.Requirement(
                                                "example.com/generation", "In", List.of("5", "6"))),
                                        List.of()))))
                : null;
        PodSpec.PodAffinity near = kind == 9
                ? new PodSpec.PodAffinity(
                        List.of(),
                        List.of(new PodSpec.WeightedPodAffinityTerm(
                                50, new PodSpec.PodAffinityTerm(own, List.of(), RACK))))
                : null;
        PodSpec.PodAffinity apart = kind == 7
                ? new PodSpec.PodAffinity(List.of(new PodSpec.PodAffinityTerm(own, List.of(), HOST)), List.of())
                : null;
        PodSpec.Affinity affinity =
                node == null && near == null && apart == null ? null : new PodSpec.Affinity(node, near, apart);
        Container container = Container.builder()
                .name("main")
                .image("registry.example.com/web:1")
                .build();
        return PodSpec.builder()
                .containers(List.of(container))
                .nodeSelector(selector)
                .affinity(affinity)
                .tolerations(tolerations)
                .topologySpreadConstraints(spread)
                .build();
    }

    /** The claim that the tenant partition would send. */
    static Claim claim(PodGroup group, String uid, String node) {
        return claim(group, uid, node, group.requests());
    }

    /** The same of other amounts than the group asks for. */
    public static Claim claim(PodGroup group, String uid, String node, Map<String, Long> amounts) {
        return new Claim(
                uid,
                1,
                group.tenant().value(),
                group.namespace(),
                uid,
                "tp1",
                node,
                amounts,
                group.labels(),
                group.spec(),
                0,
                null,
                false);
    }
}

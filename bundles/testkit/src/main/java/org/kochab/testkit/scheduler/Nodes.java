package org.kochab.testkit.scheduler;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;

/** Makes nodes: ready, with 4 cores and 8Gi and a proven {@code oci} runtime unless told otherwise. */
public final class Nodes {
    private Nodes() {}

    public static Node node(String name) {
        return node(name, Map.of());
    }

    public static Node node(String name, Map<String, String> labels) {
        return node(name, labels, "4", "8Gi");
    }

    public static Node node(String name, Map<String, String> labels, String cpu, String memory) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put("kubernetes.io/hostname", name);
        ObjectMeta meta = new ObjectMeta(
                name, null, null, null, null, null, null, null, null, null, all, Map.of(), List.of(), List.of());
        Map<String, String> amounts = Map.of("cpu", cpu, "memory", memory, "pods", "110");
        return new Node(
                "v1",
                "Node",
                meta,
                new Node.Spec(null, List.of()),
                new Node.Status(
                        "Ready",
                        amounts,
                        amounts,
                        List.of(),
                        List.of(),
                        null,
                        List.of(new Node.Runtime("oci", true, null, List.of())),
                        List.of(),
                        null));
    }

    /** @param phase such as {@code NotReady} */
    public static Node phase(Node node, String phase) {
        Node.Status s = node.status();
        return node.withStatus(new Node.Status(
                phase,
                s.capacity(),
                s.allocatable(),
                s.conditions(),
                s.addresses(),
                s.nodeInfo(),
                s.runtimes(),
                s.images(),
                s.agentUpdate()));
    }

    /** As an operator closes it to new pods. */
    public static Node cordoned(Node node) {
        return node.withSpec(new Node.Spec(true, node.spec().taints()));
    }

    /** With one taint, of value {@code yes}. @param effect such as {@code NoSchedule} */
    public static Node tainted(Node node, String key, String effect) {
        return node.withSpec(
                new Node.Spec(node.spec().unschedulable(), List.of(new Node.Taint(key, "yes", effect, null))));
    }

    /** With these runtimes and no others. */
    public static Node runtime(Node node, Node.Runtime... runtimes) {
        Node.Status s = node.status();
        return node.withStatus(new Node.Status(
                s.phase(),
                s.capacity(),
                s.allocatable(),
                s.conditions(),
                s.addresses(),
                s.nodeInfo(),
                List.of(runtimes),
                s.images(),
                s.agentUpdate()));
    }

    public static Node labelled(Node node, String key, String value) {
        Map<String, String> labels = new TreeMap<>(node.metadata().labels());
        labels.put(key, value);
        return node.withMetadata(node.metadata().withLabels(labels));
    }

    /** With some more allocatable pieces of an extended resource. */
    public static Node devices(Node node, String resource, String pieces) {
        Node.Status s = node.status();
        Map<String, String> amounts = new TreeMap<>(s.allocatable());
        amounts.put(resource, pieces);
        return node.withStatus(new Node.Status(
                s.phase(),
                amounts,
                amounts,
                s.conditions(),
                s.addresses(),
                s.nodeInfo(),
                s.runtimes(),
                s.images(),
                s.agentUpdate()));
    }

    /** With one image, of these names. */
    public static Node images(Node node, String... names) {
        Node.Status s = node.status();
        return node.withStatus(new Node.Status(
                s.phase(),
                s.capacity(),
                s.allocatable(),
                s.conditions(),
                s.addresses(),
                s.nodeInfo(),
                s.runtimes(),
                List.of(new Node.Image(List.of(names), null)),
                s.agentUpdate()));
    }
}

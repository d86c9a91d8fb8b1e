package org.kochab.partition.internal.core.view;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PodSpec;
import org.kochab.api.node.Claim;

/** Nodes and claims for tests. */
final class Views {
    private Views() {}

    static Node node(String name, Map<String, String> labels, Map<String, String> allocatable) {
        return node(name, labels, allocatable, List.of(), "Ready", List.of("nginx", "busybox:1"));
    }

    static Node tainted(String name, Node.Taint taint) {
        return node(name, Map.of(), Map.of(), List.of(taint), "Ready", List.of());
    }

    static Node node(
            String name,
            Map<String, String> labels,
            Map<String, String> allocatable,
            List<Node.Taint> taints,
            String phase,
            List<String> images) {
        ObjectMeta meta = new ObjectMeta(
                name, null, null, null, null, null, null, null, null, null, labels, Map.of(), List.of(), List.of());
        return new Node(
                "v1",
                "Node",
                meta,
                new Node.Spec(null, taints),
                new Node.Status(
                        phase,
                        allocatable,
                        allocatable,
                        List.of(),
                        List.of(),
                        null,
                        List.of(
                                new Node.Runtime("oci", true, null, List.of()),
                                new Node.Runtime("vm", false, "no /dev/kvm", List.of())),
                        List.of(new Node.Image(images, null)),
                        null));
    }

    static Claim claim(String uid, String node, long cpu) {
        return claim(uid, node, cpu, "acme", "web", Map.of(), null);
    }

    static Claim claim(
            String uid,
            String node,
            long cpu,
            String tenant,
            String namespace,
            Map<String, String> labels,
            PodSpec.@Nullable PodAffinity anti) {
        Map<String, Long> requests = new TreeMap<>();
        requests.put("cpu", cpu);
        requests.put("pods", 1L);
        return new Claim(
                uid,
                1,
                tenant,
                namespace,
                "p-" + uid,
                "tp1",
                node,
                requests,
                labels,
                spec(anti == null ? null : new PodSpec.Affinity(null, null, anti)),
                0,
                null,
                false);
    }

    static PodSpec spec(PodSpec.@Nullable Affinity affinity) {
        Container container = Container.builder().name("c").image("nginx").build();
        return PodSpec.builder()
                .containers(List.of(container))
                .affinity(affinity)
                .build();
    }
}

package org.kochab.benchmarks;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Quantity;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;

/** Keeps its own books of what was placed, from the decisions alone. */
final class Verifier {
    private final Map<String, Map<String, Long>> used = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private int placed;
    private int rejected;

    int placed() {
        return placed;
    }

    int rejected() {
        return rejected;
    }

    /** @throws IllegalStateException if a pod was decided twice or not at all, or a node got what it must not have */
    void check(ClusterView view, List<PodGroup> batch, List<Decision> decisions) {
        int at = 0;
        for (PodGroup group : batch) {
            Map<String, Integer> hosts = new TreeMap<>();
            Map<String, Integer> zones = new TreeMap<>();
            for (String uid : group.podUids()) {
                Decision decision = decisions.get(at++);
                require(decision.podUid().equals(uid) && seen.add(uid), "pod " + uid + " was not decided once");
                if (decision instanceof Decision.Assigned a) {
                    Node node = view.node(view.slot(a.node()));
                    place(group, node);
                    hosts.merge(a.node(), 1, Integer::sum);
                    zones.merge(
                            node.metadata().labels().getOrDefault("topology.kubernetes.io/zone", ""), 1, Integer::sum);
                    placed++;
                } else {
                    rejected++;
                }
            }
            checkGroup(group, hosts, zones);
        }
        require(at == decisions.size(), "there are decisions about pods that nobody asked for");
    }

    private void place(PodGroup group, Node node) {
        String name = node.metadata().name();
        Map<String, Long> sums = used.computeIfAbsent(name, k -> new TreeMap<>());
        group.requests().forEach((resource, amount) -> {
            long sum = sums.merge(resource, amount, Long::sum);
            Quantity all = Quantity.parse(node.status().allocatable().get(resource));
            require(sum <= (resource.equals("cpu") ? all.milli() : all.units()), name + " is oversold: " + resource);
        });
        require("Ready".equals(node.status().phase()), name + " is not ready");
        PodSpec spec = group.spec();
        spec.nodeSelector()
                .forEach((key, value) -> require(
                        value.equals(node.metadata().labels().get(key)), name + " does not match the node selector"));
        node.spec()
                .taints()
                .forEach(
                        t -> require(spec.tolerations().stream().anyMatch(o -> o.tolerates(t)), name + " has a taint"));
    }

    private static void checkGroup(PodGroup group, Map<String, Integer> hosts, Map<String, Integer> zones) {
        PodSpec.Affinity affinity = group.spec().affinity();
        if (affinity != null && affinity.podAntiAffinity() != null) {
            require(hosts.values().stream().allMatch(n -> n == 1), "two pods that must be apart share a host");
        }
        boolean hard = group.spec().topologySpreadConstraints().stream()
                .anyMatch(c -> c.whenUnsatisfiable().equals("DoNotSchedule"));
        if (hard && !zones.isEmpty()) {
            int most = zones.values().stream().mapToInt(n -> n).max().orElse(0);
            int least = zones.size() < 5
                    ? 0
                    : zones.values().stream().mapToInt(n -> n).min().orElse(0);
            require(most - least <= 1, "pods are spread with a skew of " + (most - least));
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}

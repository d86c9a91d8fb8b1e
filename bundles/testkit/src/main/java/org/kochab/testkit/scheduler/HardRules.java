package org.kochab.testkit.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.PodGroup;

/** What a placement must not break, written from Kubernetes' definitions and without the plugins. */
public final class HardRules {
    private HardRules() {}

    /** The rules that one more pod of the group on this node would break; empty for none. */
    public static List<String> broken(TestCluster cluster, PodGroup pod, int slot) {
        List<String> broken = new ArrayList<>();
        Node node = cluster.node(slot);
        PodSpec spec = pod.spec();
        pod.requests().forEach((resource, amount) -> {
            if (amount > 0 && cluster.committed(resource)[slot] + amount > cluster.allocatable(resource)[slot]) {
                broken.add("oversold " + resource);
            }
        });
        check(broken, "Ready".equals(node.status().phase()), "not ready");
        boolean cordonTolerated = spec.tolerations().stream()
                .anyMatch(
                        t -> t.tolerates(new Node.Taint("node.kubernetes.io/unschedulable", null, "NoSchedule", null)));
        check(broken, !Boolean.TRUE.equals(node.spec().unschedulable()) || cordonTolerated, "cordoned");
        check(
                broken,
                node.status().runtimes().stream()
                        .anyMatch(r -> r.ok() && r.kind().equals(spec.runtimeKind())),
                "runtime");
        check(
                broken,
                node.spec().taints().stream()
                        .filter(t -> !t.effect().equals("PreferNoSchedule"))
                        .allMatch(t -> spec.tolerations().stream().anyMatch(o -> o.tolerates(t))),
                "taint");
        check(broken, nodeFits(spec, node), "node affinity");
        for (HostPort port : HostPort.of(spec)) {
            check(broken, !cluster.withHostPort(port.protocol(), port.port()).get(slot), "host port");
        }
        for (PodSpec.TopologySpreadConstraint c : spec.topologySpreadConstraints()) {
            if (!"ScheduleAnyway".equals(c.whenUnsatisfiable())) {
                check(broken, spreadHolds(cluster, pod, c, node), "spread " + c.topologyKey());
            }
        }
        checkPods(broken, cluster, pod, node);
        return broken;
    }

    private static void check(List<String> broken, boolean holds, String rule) {
        if (!holds) {
            broken.add(rule);
        }
    }

    static boolean nodeFits(PodSpec spec, Node node) {
        Map<String, String> labels = node.metadata().labels();
        if (!spec.nodeSelector().entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())))) {
            return false;
        }
        PodSpec.NodeAffinity affinity =
                spec.affinity() == null ? null : spec.affinity().nodeAffinity();
        PodSpec.NodeSelector required =
                affinity == null ? null : affinity.requiredDuringSchedulingIgnoredDuringExecution();
        return required == null
                || required.nodeSelectorTerms().stream()
                        .anyMatch(t -> t.matchExpressions().stream().allMatch(e -> e.matches(labels)));
    }

    private static boolean spreadHolds(
            TestCluster cluster, PodGroup pod, PodSpec.TopologySpreadConstraint c, Node node) {
        String domain = node.metadata().labels().get(c.topologyKey());
        Map<String, Integer> counts = new TreeMap<>();
        cluster.live().stream()
                .filter(s -> counted(pod, cluster.node(s)))
                .forEach(s -> counts.put(cluster.node(s).metadata().labels().get(c.topologyKey()), 0));
        for (TestCluster.Placed p : cluster.pods()) {
            Node at = cluster.node(p.slot());
            if (counted(pod, at)
                    && p.group().tenant().equals(pod.tenant())
                    && p.group().namespace().equals(pod.namespace())
                    && matches(c.labelSelector(), p.group().labels())) {
                counts.merge(at.metadata().labels().get(c.topologyKey()), 1, Integer::sum);
            }
        }
        int lowest = counts.values().stream().mapToInt(x -> x).min().orElse(0);
        int self = matches(c.labelSelector(), pod.labels()) ? 1 : 0;
        return domain != null && counts.getOrDefault(domain, 0) + self - lowest <= c.maxSkew();
    }

    private static boolean counted(PodGroup pod, Node node) {
        return nodeFits(pod.spec(), node)
                && pod.spec().topologySpreadConstraints().stream()
                        .filter(c -> !"ScheduleAnyway".equals(c.whenUnsatisfiable()))
                        .allMatch(c -> node.metadata().labels().containsKey(c.topologyKey()));
    }

    private static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
        return selector != null && selector.matches(labels);
    }

    private static void checkPods(List<String> broken, TestCluster cluster, PodGroup pod, Node node) {
        PodSpec.Affinity own = pod.spec().affinity();
        if (own != null && own.podAntiAffinity() != null) {
            for (PodSpec.PodAffinityTerm t : own.podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution()) {
                check(
                        broken,
                        cluster.pods().stream()
                                .noneMatch(p -> selects(pod, t, p.group()) && shares(cluster, p, node, t)),
                        "anti-affinity");
            }
        }
        if (own != null && own.podAffinity() != null) {
            for (PodSpec.PodAffinityTerm t : own.podAffinity().requiredDuringSchedulingIgnoredDuringExecution()) {
                boolean near = cluster.pods().stream()
                        .anyMatch(p -> selects(pod, t, p.group()) && shares(cluster, p, node, t));
                boolean first = selects(pod, t, pod)
                        && cluster.pods().stream()
                                .noneMatch(p -> selects(pod, t, p.group())
                                        && cluster.node(p.slot())
                                                .metadata()
                                                .labels()
                                                .containsKey(t.topologyKey()));
                boolean key = node.metadata().labels().containsKey(t.topologyKey());
                check(broken, key && (near || first), "affinity");
            }
        }
        for (TestCluster.Placed p : cluster.pods()) {
            PodSpec.Affinity theirs = p.group().spec().affinity();
            if (theirs != null && theirs.podAntiAffinity() != null) {
                for (PodSpec.PodAffinityTerm t :
                        theirs.podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution()) {
                    check(
                            broken,
                            !selects(p.group(), t, pod) || !shares(cluster, p, node, t),
                            "anti-affinity of a placed pod");
                }
            }
        }
    }

    private static boolean selects(PodGroup owner, PodSpec.PodAffinityTerm term, PodGroup other) {
        return owner.tenant().equals(other.tenant())
                && TestCluster.matches(owner, term, other.namespace(), other.labels());
    }

    private static boolean shares(
            TestCluster cluster, TestCluster.Placed placed, Node node, PodSpec.PodAffinityTerm term) {
        String here = node.metadata().labels().get(term.topologyKey());
        return here != null
                && here.equals(cluster.node(placed.slot()).metadata().labels().get(term.topologyKey()));
    }
}

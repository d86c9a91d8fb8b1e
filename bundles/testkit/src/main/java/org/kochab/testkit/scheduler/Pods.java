package org.kochab.testkit.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.PodGroup;

/** Makes groups of pods, field by field; of tenant {@code acme} and namespace {@code default} unless told otherwise. */
public final class Pods {
    private final String name;
    private final int count;
    private TenantId tenant = new TenantId("acme");
    private String namespace = "default";
    private Map<String, String> labels = Map.of();
    private final Map<String, Long> requests = new TreeMap<>();
    private final Map<String, String> nodeSelector = new TreeMap<>();
    private PodSpec.@Nullable NodeAffinity nodeAffinity;
    private PodSpec.@Nullable PodAffinity podAffinity;
    private PodSpec.@Nullable PodAffinity podAntiAffinity;
    private final List<PodSpec.Toleration> tolerations = new ArrayList<>();
    private final List<PodSpec.TopologySpreadConstraint> spread = new ArrayList<>();
    private @Nullable String runtime;
    private @Nullable String nodeName;
    private String image = "nginx";
    private final List<Container.Port> ports = new ArrayList<>();
    private boolean allOrNothing;

    private Pods(String name, int count) {
        this.name = name;
        this.count = count;
        requests.put("pods", 1L);
    }

    /** @param count how many; their uids are {@code name-0}, {@code name-1} and so on */
    public static Pods pods(String name, int count) {
        return new Pods(name, count);
    }

    /** @param milli in thousandths of a core */
    public Pods cpu(long milli) {
        requests.put("cpu", milli);
        return this;
    }

    public Pods memory(long bytes) {
        requests.put("memory", bytes);
        return this;
    }

    public Pods request(String resource, long amount) {
        requests.put(resource, amount);
        return this;
    }

    public Pods tenant(String value) {
        tenant = new TenantId(value);
        return this;
    }

    public Pods namespace(String value) {
        namespace = value;
        return this;
    }

    public Pods labels(Map<String, String> value) {
        labels = value;
        return this;
    }

    public Pods selector(String key, String value) {
        nodeSelector.put(key, value);
        return this;
    }

    public Pods required(PodSpec.NodeSelectorTerm... terms) {
        nodeAffinity = new PodSpec.NodeAffinity(new PodSpec.NodeSelector(List.of(terms)), List.of());
        return this;
    }

    public Pods preferred(PodSpec.PreferredNodeTerm... terms) {
        nodeAffinity = new PodSpec.NodeAffinity(null, List.of(terms));
        return this;
    }

    /** Required affinity. */
    public Pods near(PodSpec.PodAffinityTerm term) {
        podAffinity = new PodSpec.PodAffinity(List.of(term), List.of());
        return this;
    }

    public Pods preferNear(int weight, PodSpec.PodAffinityTerm term) {
        podAffinity = new PodSpec.PodAffinity(List.of(), List.of(new PodSpec.WeightedPodAffinityTerm(weight, term)));
        return this;
    }

    /** Required anti-affinity. */
    public Pods apart(PodSpec.PodAffinityTerm term) {
        podAntiAffinity = new PodSpec.PodAffinity(List.of(term), List.of());
        return this;
    }

    public Pods preferApart(int weight, PodSpec.PodAffinityTerm term) {
        podAntiAffinity =
                new PodSpec.PodAffinity(List.of(), List.of(new PodSpec.WeightedPodAffinityTerm(weight, term)));
        return this;
    }

    public Pods tolerate(PodSpec.Toleration toleration) {
        tolerations.add(toleration);
        return this;
    }

    public Pods spread(int maxSkew, String key, String when, @Nullable LabelSelector selector) {
        spread.add(new PodSpec.TopologySpreadConstraint(maxSkew, key, when, selector));
        return this;
    }

    public Pods runtime(String value) {
        runtime = value;
        return this;
    }

    public Pods nodeName(String value) {
        nodeName = value;
        return this;
    }

    public Pods image(String value) {
        image = value;
        return this;
    }

    public Pods hostPort(int port) {
        ports.add(new Container.Port(null, port, port, null, null));
        return this;
    }

    public Pods allOrNothing() {
        allOrNothing = true;
        return this;
    }

    public static LabelSelector selector(Map<String, String> labels) {
        return new LabelSelector(labels, List.of());
    }

    public static PodSpec.PodAffinityTerm term(String key, Map<String, String> labels) {
        return new PodSpec.PodAffinityTerm(selector(labels), List.of(), key);
    }

    public static PodSpec.NodeSelectorTerm expression(String key, String operator, String... values) {
        return new PodSpec.NodeSelectorTerm(
                List.of(new LabelSelector.Requirement(key, operator, List.of(values))), List.of());
    }

    public PodGroup group() {
        List<String> uids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            uids.add(name + "-" + i);
        }
        return new PodGroup(tenant, namespace, labels, spec(), requests, uids, allOrNothing);
    }

    private PodSpec spec() {
        Container container =
                Container.builder().name("main").image(image).ports(ports).build();
        boolean affinity = nodeAffinity != null || podAffinity != null || podAntiAffinity != null;
        return PodSpec.builder()
                .containers(List.of(container))
                .runtimeClassName(runtime)
                .nodeName(nodeName)
                .nodeSelector(nodeSelector)
                .affinity(affinity ? new PodSpec.Affinity(nodeAffinity, podAffinity, podAntiAffinity) : null)
                .tolerations(tolerations)
                .topologySpreadConstraints(spread)
                .build();
    }
}

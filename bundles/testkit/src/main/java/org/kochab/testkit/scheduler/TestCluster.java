package org.kochab.testkit.scheduler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Quantity;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PodGroup;

/** A cluster to test with, as slow and plain as can be: every answer is found by looking at all nodes and all pods. For one thread. */
public class TestCluster implements ClusterView {
    /** A pod that is there; its group says what it is. */
    public record Placed(PodGroup group, int slot) {}

    private final List<@Nullable Node> nodes = new ArrayList<>();
    private final List<Placed> pods = new ArrayList<>();

    /** The same nodes and pods, to be changed without changing this one. */
    public TestCluster copy() {
        TestCluster copy = new TestCluster();
        copy.nodes.addAll(nodes);
        copy.pods.addAll(pods);
        return copy;
    }

    /** Gives a node the next slot; null leaves the slot free. */
    public TestCluster add(@Nullable Node node) {
        nodes.add(node);
        return this;
    }

    /** Adds a pod of the group; nobody asks whether it fits. */
    public TestCluster place(PodGroup group, int slot) {
        pods.add(new Placed(group, slot));
        return this;
    }

    public List<Placed> pods() {
        return Collections.unmodifiableList(pods);
    }

    @Override
    public int slots() {
        return nodes.size();
    }

    private interface Test {
        boolean holds(Node node);
    }

    private BitSet where(Test test) {
        BitSet slots = new BitSet();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            slots.set(i, node != null && test.holds(node));
        }
        return slots;
    }

    @Override
    public BitSet live() {
        return where(n -> true);
    }

    @Override
    public String nodeName(int slot) {
        return String.valueOf(node(slot).metadata().name());
    }

    @Override
    public int slot(String nodeName) {
        return where(n -> nodeName.equals(n.metadata().name())).nextSetBit(0);
    }

    @Override
    public Node node(int slot) {
        Node node = nodes.get(slot);
        if (node == null) {
            throw new IllegalArgumentException("slot " + slot + " is free");
        }
        return node;
    }

    @Override
    public long[] identity() {
        long[] identity = new long[nodes.size()];
        BitSet live = live();
        for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
            identity[i] = nodeName(i).hashCode() * 0x9E3779B97F4A7C15L;
        }
        return identity;
    }

    @Override
    public List<String> resources() {
        TreeSet<String> names = new TreeSet<>();
        where(n -> status(n) != null && names.addAll(status(n).allocatable().keySet()));
        return List.copyOf(names);
    }

    private static Node.@Nullable Status status(Node node) {
        return node.status();
    }

    @Override
    public long[] allocatable(String resource) {
        long[] column = new long[nodes.size()];
        for (int i = 0; i < column.length; i++) {
            Node node = nodes.get(i);
            String text = node == null || node.status() == null
                    ? null
                    : node.status().allocatable().get(resource);
            if (text != null) {
                Quantity q = Quantity.parse(text);
                column[i] = resource.equals("cpu") ? q.milli() : q.units();
            }
        }
        return column;
    }

    @Override
    public long[] committed(String resource) {
        long[] column = new long[nodes.size()];
        pods.forEach(p -> column[p.slot] += p.group.requests().getOrDefault(resource, 0L));
        return column;
    }

    @Override
    public BitSet ready() {
        return where(n -> n.status() != null && "Ready".equals(n.status().phase()));
    }

    @Override
    public BitSet unschedulable() {
        return where(n -> n.spec() != null && Boolean.TRUE.equals(n.spec().unschedulable()));
    }

    @Override
    public BitSet withLabel(String key, String value) {
        return where(n -> value.equals(n.metadata().labels().get(key)));
    }

    @Override
    public BitSet withLabelKey(String key) {
        return where(n -> n.metadata().labels().containsKey(key));
    }

    @Override
    public Topology topology(String key) {
        List<String> names = new ArrayList<>(List.of("nowhere"));
        names.set(0, null);
        int[] domain = new int[nodes.size()];
        for (int i = 0; i < domain.length; i++) {
            Node node = nodes.get(i);
            String value = node == null ? null : node.metadata().labels().get(key);
            if (value != null && !names.contains(value)) {
                names.add(value);
            }
            domain[i] = value == null ? -1 : names.indexOf(value);
        }
        return new Topology(domain, names);
    }

    @Override
    public List<List<Node.Taint>> taintSets() {
        Map<List<Node.Taint>, Boolean> seen = new HashMap<>();
        List<List<Node.Taint>> sets = new ArrayList<>();
        where(n -> n.spec() != null
                && seen.put(n.spec().taints(), true) == null
                && sets.add(n.spec().taints()));
        return sets;
    }

    @Override
    public BitSet withTaintSet(int number) {
        List<Node.Taint> set = taintSets().get(number);
        return where(n -> n.spec() != null && n.spec().taints().equals(set));
    }

    @Override
    public BitSet withRuntime(String kind) {
        return where(n -> n.status() != null
                && n.status().runtimes().stream()
                        .anyMatch(r -> r.ok() && r.kind().equals(kind)));
    }

    @Override
    public BitSet withImage(String image) {
        return where(n -> n.status() != null
                && n.status().images().stream().anyMatch(i -> i.names().contains(image)));
    }

    @Override
    public BitSet withHostPort(String protocol, int port) {
        BitSet slots = new BitSet();
        pods.stream()
                .filter(p -> HostPort.of(p.group.spec()).contains(new HostPort(protocol, port)))
                .forEach(p -> slots.set(p.slot));
        return slots;
    }

    @Override
    public void pods(TenantId tenant, List<String> namespaces, LabelSelector labels, SlotCounter counter) {
        pods.stream()
                .filter(p -> p.group.tenant().equals(tenant)
                        && namespaces.contains(p.group.namespace())
                        && labels.matches(p.group.labels()))
                .forEach(p -> counter.add(p.slot, 1));
    }

    @Override
    public void terms(TenantId tenant, String namespace, Map<String, String> labels, TermCounter counter) {
        for (Placed p : pods) {
            PodSpec.Affinity a = p.group.spec().affinity();
            if (!p.group.tenant().equals(tenant) || a == null) {
                continue;
            }
            if (a.podAffinity() != null) {
                tell(p, a.podAffinity(), namespace, labels, false, counter);
            }
            if (a.podAntiAffinity() != null) {
                tell(p, a.podAntiAffinity(), namespace, labels, true, counter);
            }
        }
    }

    private static void tell(
            Placed p,
            PodSpec.PodAffinity terms,
            String namespace,
            Map<String, String> labels,
            boolean anti,
            TermCounter counter) {
        terms.requiredDuringSchedulingIgnoredDuringExecution().forEach(t -> {
            if (matches(p.group, t, namespace, labels)) {
                counter.add(new PlacedTerm(t.topologyKey(), anti, anti ? -100 : 1), p.slot, 1);
            }
        });
        terms.preferredDuringSchedulingIgnoredDuringExecution().forEach(w -> {
            if (matches(p.group, w.podAffinityTerm(), namespace, labels)) {
                int weight = anti ? -w.weight() : w.weight();
                counter.add(new PlacedTerm(w.podAffinityTerm().topologyKey(), false, weight), p.slot, 1);
            }
        });
    }

    static boolean matches(PodGroup owner, PodSpec.PodAffinityTerm term, String namespace, Map<String, String> labels) {
        List<String> namespaces = term.namespaces().isEmpty() ? List.of(owner.namespace()) : term.namespaces();
        return term.labelSelector() != null
                && namespaces.contains(namespace)
                && term.labelSelector().matches(labels);
    }
}

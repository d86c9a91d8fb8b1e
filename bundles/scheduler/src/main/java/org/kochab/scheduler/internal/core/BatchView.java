package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.TenantId;
import org.kochab.scheduler.internal.core.plugins.HostPorts;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PodGroup;

/** A view with what the batch has placed so far on top. */
final class BatchView implements ClusterView {
    private record Home(TenantId tenant, String namespace) {}

    private final ClusterView base;
    private final Map<String, long[]> committed = new HashMap<>();
    private final Map<Home, List<PlacedGroup>> byHome = new HashMap<>();
    private final Map<TenantId, List<PlacedGroup>> withTerms = new HashMap<>();
    private final Map<HostPorts.HostPort, BitSet> ports = new HashMap<>();
    private final Map<String, Boolean> single = new HashMap<>();
    private final Map<String, double[]> inverse = new HashMap<>();
    private final Map<String, double[]> used = new HashMap<>();

    BatchView(ClusterView base) {
        this.base = base;
    }

    /** Adds a group's pods, once it is done. Their resources are committed already. */
    void add(PodGroup group, int[] slots, int n) {
        if (n == 0) {
            return;
        }
        PlacedGroup placed = new PlacedGroup(group, slots, n);
        byHome.computeIfAbsent(new Home(group.tenant(), group.namespace()), k -> new ArrayList<>())
                .add(placed);
        if (!placed.terms().isEmpty()) {
            withTerms.computeIfAbsent(group.tenant(), k -> new ArrayList<>()).add(placed);
        }
        for (HostPorts.HostPort port : HostPorts.of(group.spec())) {
            BitSet taken = ports.computeIfAbsent(port, k -> new BitSet());
            for (int i = 0; i < n; i++) {
                taken.set(slots[i]);
            }
        }
    }

    /** Whether every node is a domain of its own under this key. */
    boolean isSingle(String key) {
        return single.computeIfAbsent(key, k -> {
            Topology topology = base.topology(k);
            BitSet seen = new BitSet(topology.names().size());
            BitSet live = base.live();
            for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
                int domain = topology.domain()[slot];
                if (domain >= 0) {
                    if (seen.get(domain)) {
                        return false;
                    }
                    seen.set(domain);
                }
            }
            return true;
        });
    }

    @Override
    public long[] committed(String resource) {
        return committed.computeIfAbsent(resource, k -> base.committed(k).clone());
    }

    @Override
    public double[] inverse(String resource) {
        return inverse.computeIfAbsent(resource, base::inverse);
    }

    @Override
    public double[] used(String resource) {
        return used.computeIfAbsent(resource, ClusterView.super::used);
    }

    /** How many columns have been asked for with {@link #used}. */
    int usedColumns() {
        return used.size();
    }

    double @Nullable [] usedIfAsked(String resource) {
        return used.get(resource);
    }

    @Override
    public void pods(TenantId tenant, List<String> namespaces, LabelSelector labels, SlotCounter counter) {
        base.pods(tenant, namespaces, labels, counter);
        for (String namespace : namespaces) {
            for (PlacedGroup placed : byHome.getOrDefault(new Home(tenant, namespace), List.of())) {
                if (labels.matches(placed.group().labels())) {
                    placed.forEach(counter);
                }
            }
        }
    }

    @Override
    public void terms(TenantId tenant, String namespace, Map<String, String> labels, TermCounter counter) {
        base.terms(tenant, namespace, labels, counter);
        for (PlacedGroup placed : withTerms.getOrDefault(tenant, List.of())) {
            for (PlacedGroup.Carried carried : placed.terms()) {
                if (carried.matches(namespace, labels)) {
                    placed.forEach((slot, pods) -> counter.add(carried.term(), slot, pods));
                }
            }
        }
    }

    @Override
    public BitSet withHostPort(String protocol, int port) {
        BitSet more = ports.get(new HostPorts.HostPort(protocol, port));
        BitSet there = base.withHostPort(protocol, port);
        if (more == null) {
            return there;
        }
        BitSet all = (BitSet) there.clone();
        all.or(more);
        return all;
    }

    @Override
    public int slots() {
        return base.slots();
    }

    @Override
    public BitSet live() {
        return base.live();
    }

    @Override
    public String nodeName(int slot) {
        return base.nodeName(slot);
    }

    @Override
    public int slot(String nodeName) {
        return base.slot(nodeName);
    }

    @Override
    public Node node(int slot) {
        return base.node(slot);
    }

    @Override
    public long[] identity() {
        return base.identity();
    }

    @Override
    public List<String> resources() {
        return base.resources();
    }

    @Override
    public long[] allocatable(String resource) {
        return base.allocatable(resource);
    }

    @Override
    public BitSet ready() {
        return base.ready();
    }

    @Override
    public BitSet unschedulable() {
        return base.unschedulable();
    }

    @Override
    public BitSet withLabel(String key, String value) {
        return base.withLabel(key, value);
    }

    @Override
    public BitSet withLabelKey(String key) {
        return base.withLabelKey(key);
    }

    @Override
    public Topology topology(String key) {
        return base.topology(key);
    }

    @Override
    public List<List<Node.Taint>> taintSets() {
        return base.taintSets();
    }

    @Override
    public BitSet withTaintSet(int number) {
        return base.withTaintSet(number);
    }

    @Override
    public BitSet withRuntime(String kind) {
        return base.withRuntime(kind);
    }

    @Override
    public BitSet withImage(String image) {
        return base.withImage(image);
    }
}

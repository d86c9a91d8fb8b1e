package org.kochab.scheduler.internal.core;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.ClusterView;

/**
 * What vendors' plugins see of a batch's cluster: copies of the columns and sets that outlive the batch, so that one who writes to them harms no more
 * than this batch. Copied once a batch, when first asked for. What is committed changes while the batch is placed and is the batch's own already.
 */
final class VendorView implements ClusterView {
    private final ClusterView of;
    private final Map<List<String>, BitSet> sets = new HashMap<>();
    private final Map<String, long[]> allocatable = new HashMap<>();
    private final Map<String, double[]> inverse = new HashMap<>();
    private final Map<String, Topology> topologies = new HashMap<>();
    private long @Nullable [] identity;

    VendorView(ClusterView of) {
        this.of = of;
    }

    private BitSet copy(List<String> name, Supplier<BitSet> set) {
        return sets.computeIfAbsent(name, n -> (BitSet) set.get().clone());
    }

    @Override
    public int slots() {
        return of.slots();
    }

    @Override
    public BitSet live() {
        return copy(List.of("live"), of::live);
    }

    @Override
    public String nodeName(int slot) {
        return of.nodeName(slot);
    }

    @Override
    public int slot(String nodeName) {
        return of.slot(nodeName);
    }

    @Override
    public Node node(int slot) {
        return of.node(slot);
    }

    @Override
    public long[] identity() {
        if (identity == null) {
            identity = of.identity().clone();
        }
        return identity;
    }

    @Override
    public List<String> resources() {
        return of.resources();
    }

    @Override
    public long[] allocatable(String resource) {
        return allocatable.computeIfAbsent(resource, r -> of.allocatable(r).clone());
    }

    @Override
    public long[] committed(String resource) {
        return of.committed(resource);
    }

    @Override
    public double[] inverse(String resource) {
        return inverse.computeIfAbsent(resource, r -> of.inverse(r).clone());
    }

    @Override
    public double[] used(String resource) {
        return of.used(resource);
    }

    @Override
    public BitSet ready() {
        return copy(List.of("ready"), of::ready);
    }

    @Override
    public BitSet unschedulable() {
        return copy(List.of("unschedulable"), of::unschedulable);
    }

    @Override
    public BitSet withLabel(String key, String value) {
        return copy(List.of("label", key, value), () -> of.withLabel(key, value));
    }

    @Override
    public BitSet withLabelKey(String key) {
        return copy(List.of("label", key), () -> of.withLabelKey(key));
    }

    @Override
    public Topology topology(String key) {
        return topologies.computeIfAbsent(key, k -> {
            Topology own = of.topology(k);
            return new Topology(own.domain().clone(), own.names());
        });
    }

    @Override
    public List<List<Node.Taint>> taintSets() {
        return of.taintSets();
    }

    @Override
    public BitSet withTaintSet(int number) {
        return copy(List.of("taints", Integer.toString(number)), () -> of.withTaintSet(number));
    }

    @Override
    public BitSet withRuntime(String kind) {
        return copy(List.of("runtime", kind), () -> of.withRuntime(kind));
    }

    @Override
    public BitSet withImage(String image) {
        return copy(List.of("image", image), () -> of.withImage(image));
    }

    /** Changes while the batch is placed. */
    @Override
    public BitSet withHostPort(String protocol, int port) {
        return (BitSet) of.withHostPort(protocol, port).clone();
    }

    @Override
    public void pods(TenantId tenant, List<String> namespaces, LabelSelector labels, SlotCounter counter) {
        of.pods(tenant, namespaces, labels, counter);
    }

    @Override
    public void terms(TenantId tenant, String namespace, Map<String, String> labels, TermCounter counter) {
        of.terms(tenant, namespace, labels, counter);
    }
}

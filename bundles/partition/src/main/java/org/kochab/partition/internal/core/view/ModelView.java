package org.kochab.partition.internal.core.view;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.ClusterView;

/** The model, to read. */
final class ModelView implements ClusterView {
    private final Slots slots;
    private final ResourceColumns resources;
    private final NodeIndex index;
    private final PlacedPods placed;

    ModelView(Slots slots, ResourceColumns resources, NodeIndex index, PlacedPods placed) {
        this.slots = slots;
        this.resources = resources;
        this.index = index;
        this.placed = placed;
    }

    @Override
    public int slots() {
        return slots.length();
    }

    @Override
    public BitSet live() {
        return slots.live();
    }

    @Override
    public String nodeName(int slot) {
        return slots.name(slot);
    }

    @Override
    public int slot(String nodeName) {
        int slot = slots.find(nodeName);
        return slot >= 0 && slots.live().get(slot) ? slot : -1;
    }

    @Override
    public Node node(int slot) {
        Node node = slots.node(slot);
        if (node == null) {
            throw new IllegalArgumentException("slot " + slot + " is free");
        }
        return node;
    }

    @Override
    public long[] identity() {
        return slots.identity();
    }

    @Override
    public List<String> resources() {
        return Collections.unmodifiableList(resources.names());
    }

    @Override
    public long[] allocatable(String resource) {
        return resources.allocatable(resource);
    }

    @Override
    public double[] inverse(String resource) {
        return resources.inverse(resource);
    }

    @Override
    public long[] committed(String resource) {
        return resources.committed(resource);
    }

    @Override
    public BitSet ready() {
        return index.ready();
    }

    @Override
    public BitSet unschedulable() {
        return index.unschedulable();
    }

    @Override
    public BitSet withLabel(String key, String value) {
        return index.label(key).with(value);
    }

    @Override
    public BitSet withLabelKey(String key) {
        return index.label(key).present();
    }

    @Override
    public Topology topology(String key) {
        DictColumn<String> column = index.label(key);
        return new Topology(column.numbers(), Collections.unmodifiableList(column.values()));
    }

    @Override
    public List<List<Node.Taint>> taintSets() {
        return Collections.unmodifiableList(index.taints().values());
    }

    @Override
    public BitSet withTaintSet(int number) {
        List<Node.Taint> taints = index.taints().values().get(number);
        return taints == null ? new BitSet() : index.taints().with(taints);
    }

    @Override
    public BitSet withRuntime(String kind) {
        return index.withRuntime(kind);
    }

    @Override
    public BitSet withImage(String image) {
        return index.withImage(image);
    }

    @Override
    public BitSet withHostPort(String protocol, int port) {
        return placed.withHostPort(protocol, port);
    }

    @Override
    public void pods(TenantId tenant, List<String> namespaces, LabelSelector labels, SlotCounter counter) {
        placed.pods(tenant, namespaces, labels, counter);
    }

    @Override
    public void terms(TenantId tenant, String namespace, Map<String, String> labels, TermCounter counter) {
        placed.terms(tenant, namespace, labels, counter);
    }
}

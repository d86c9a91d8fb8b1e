package org.kochab.partition.internal.core.view;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.ClusterView;

/**
 * The model as it is lent to a scheduler for one batch. Once it is {@linkplain #takeBack taken back} it answers no more, so that whoever has kept it
 * cannot meet the model while that changes. What makes sets ready in the model when it is asked for is not under way when {@code takeBack} returns.
 */
public final class LentView implements ClusterView {
    private final ClusterView model;
    private volatile boolean over;

    public LentView(ClusterView model) {
        this.model = model;
    }

    /** The batch is decided or given up. Any thread. */
    public synchronized void takeBack() {
        over = true;
    }

    /** What only reads and is asked for many times needs no lock: it may see a model that changes, and its answer is used for nothing. */
    private ClusterView read() {
        if (over) {
            throw new CancellationException("the batch that this view was lent for is over");
        }
        return model;
    }

    @Override
    public int slots() {
        return read().slots();
    }

    @Override
    public String nodeName(int slot) {
        return read().nodeName(slot);
    }

    @Override
    public int slot(String nodeName) {
        return read().slot(nodeName);
    }

    @Override
    public Node node(int slot) {
        return read().node(slot);
    }

    /** Calls back, which may take any time. */
    @Override
    public void pods(TenantId tenant, List<String> namespaces, LabelSelector labels, SlotCounter counter) {
        read().pods(tenant, namespaces, labels, counter);
    }

    /** Calls back, which may take any time. */
    @Override
    public void terms(TenantId tenant, String namespace, Map<String, String> labels, TermCounter counter) {
        read().terms(tenant, namespace, labels, counter);
    }

    @Override
    public synchronized BitSet live() {
        return read().live();
    }

    @Override
    public synchronized long[] identity() {
        return read().identity();
    }

    @Override
    public synchronized List<String> resources() {
        return read().resources();
    }

    @Override
    public synchronized long[] allocatable(String resource) {
        return read().allocatable(resource);
    }

    @Override
    public synchronized long[] committed(String resource) {
        return read().committed(resource);
    }

    @Override
    public synchronized double[] inverse(String resource) {
        return read().inverse(resource);
    }

    @Override
    public synchronized double[] used(String resource) {
        return read().used(resource);
    }

    @Override
    public synchronized BitSet ready() {
        return read().ready();
    }

    @Override
    public synchronized BitSet unschedulable() {
        return read().unschedulable();
    }

    @Override
    public synchronized BitSet withLabel(String key, String value) {
        return read().withLabel(key, value);
    }

    @Override
    public synchronized BitSet withLabelKey(String key) {
        return read().withLabelKey(key);
    }

    @Override
    public synchronized Topology topology(String key) {
        return read().topology(key);
    }

    @Override
    public synchronized List<List<Node.Taint>> taintSets() {
        return read().taintSets();
    }

    @Override
    public synchronized BitSet withTaintSet(int number) {
        return read().withTaintSet(number);
    }

    @Override
    public synchronized BitSet withRuntime(String kind) {
        return read().withRuntime(kind);
    }

    @Override
    public synchronized BitSet withImage(String image) {
        return read().withImage(image);
    }

    @Override
    public synchronized BitSet withHostPort(String protocol, int port) {
        return read().withHostPort(protocol, port);
    }
}

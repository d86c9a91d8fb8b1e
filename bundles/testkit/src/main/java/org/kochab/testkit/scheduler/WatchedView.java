package org.kochab.testkit.scheduler;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.PodGroup;

/** A view whose answers are its own, as the platform's are: it gives the same arrays and sets each time, and can tell whether somebody has changed them. */
final class WatchedView implements ClusterView {
    private record Given<T>(T answer, T copy) {}

    private final TestCluster cluster;
    private final Map<String, Given<?>> given = new TreeMap<>();

    WatchedView(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** What was given to somebody who changed it. */
    List<String> changed() {
        return given.entrySet().stream()
                .filter(e ->
                        !Objects.deepEquals(e.getValue().answer(), e.getValue().copy()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Commits one more pod of the group that is being placed. */
    void place(PodGroup group, int slot) {
        group.requests().forEach((resource, amount) -> {
            committed(resource);
            Given<long[]> committed = columns("committed " + resource);
            committed.answer()[slot] += amount;
            committed.copy()[slot] += amount;
            used(resource);
            Given<double[]> used = columns("used " + resource);
            used.answer()[slot] = ClusterView.share(committed.answer()[slot], inverse(resource)[slot]);
            used.copy()[slot] = used.answer()[slot];
        });
    }

    @SuppressWarnings("unchecked")
    private <T> Given<T> columns(String what) {
        return (Given<T>) Objects.requireNonNull(given.get(what));
    }

    @SuppressWarnings("unchecked")
    private <T> T give(String what, Supplier<T> find, UnaryOperator<T> copy) {
        Given<?> before = given.get(what);
        if (before != null) {
            return (T) before.answer();
        }
        T answer = find.get();
        given.put(what, new Given<>(answer, copy.apply(answer)));
        return answer;
    }

    private BitSet slots(String what, Supplier<BitSet> find) {
        return give(what, find, set -> (BitSet) set.clone());
    }

    @Override
    public int slots() {
        return cluster.slots();
    }

    @Override
    public BitSet live() {
        return slots("live", cluster::live);
    }

    @Override
    public String nodeName(int slot) {
        return cluster.nodeName(slot);
    }

    @Override
    public int slot(String nodeName) {
        return cluster.slot(nodeName);
    }

    @Override
    public Node node(int slot) {
        return cluster.node(slot);
    }

    @Override
    public long[] identity() {
        return give("identity", cluster::identity, long[]::clone);
    }

    @Override
    public List<String> resources() {
        return cluster.resources();
    }

    @Override
    public long[] allocatable(String resource) {
        return give("allocatable " + resource, () -> cluster.allocatable(resource), long[]::clone);
    }

    @Override
    public long[] committed(String resource) {
        return give("committed " + resource, () -> cluster.committed(resource), long[]::clone);
    }

    @Override
    public double[] inverse(String resource) {
        return give("inverse " + resource, () -> cluster.inverse(resource), double[]::clone);
    }

    @Override
    public double[] used(String resource) {
        return give("used " + resource, () -> ClusterView.super.used(resource), double[]::clone);
    }

    @Override
    public BitSet ready() {
        return slots("ready", cluster::ready);
    }

    @Override
    public BitSet unschedulable() {
        return slots("unschedulable", cluster::unschedulable);
    }

    @Override
    public BitSet withLabel(String key, String value) {
        return slots("withLabel " + key + "=" + value, () -> cluster.withLabel(key, value));
    }

    @Override
    public BitSet withLabelKey(String key) {
        return slots("withLabelKey " + key, () -> cluster.withLabelKey(key));
    }

    @Override
    public Topology topology(String key) {
        Topology topology = cluster.topology(key);
        int[] domain = give("topology " + key, topology::domain, int[]::clone);
        return new Topology(domain, topology.names());
    }

    @Override
    public List<List<Node.Taint>> taintSets() {
        return cluster.taintSets();
    }

    @Override
    public BitSet withTaintSet(int number) {
        return slots("withTaintSet " + number, () -> cluster.withTaintSet(number));
    }

    @Override
    public BitSet withRuntime(String kind) {
        return slots("withRuntime " + kind, () -> cluster.withRuntime(kind));
    }

    @Override
    public BitSet withImage(String image) {
        return slots("withImage " + image, () -> cluster.withImage(image));
    }

    @Override
    public BitSet withHostPort(String protocol, int port) {
        return slots("withHostPort " + protocol + " " + port, () -> cluster.withHostPort(protocol, port));
    }

    @Override
    public void pods(TenantId tenant, List<String> namespaces, LabelSelector labels, SlotCounter counter) {
        cluster.pods(tenant, namespaces, labels, counter);
    }

    @Override
    public void terms(TenantId tenant, String namespace, Map<String, String> labels, TermCounter counter) {
        cluster.terms(tenant, namespace, labels, counter);
    }
}

package org.kochab.spi.scheduler;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.TenantId;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All nodes of all resource managers as columns. A node has a slot, an index into every column and bit set; free slots are not in
 * {@link #live}. Columns are at least {@link #slots} long. Arrays and bit sets are the view's own: read them, never change them, and do not keep
 * them longer than the view. Units: {@code cpu} in thousandths of a core, everything else in whole units.
 *
 * <p>Used by one thread, while its batch is being placed: afterwards, or once the batch is given up, it throws
 * {@link java.util.concurrent.CancellationException}. Asking for a column or a set never costs more than one pass over the slots.
 */
@ProviderType
public interface ClusterView {
    /** One more than the highest slot in use. */
    int slots();

    BitSet live();

    String nodeName(int slot);

    /** The slot of a node, -1 if there is none. */
    int slot(String nodeName);

    Node node(int slot);

    /** A number by slot that depends on the node's name alone: breaks ties alike wherever the same nodes are seen. */
    long[] identity();

    /** Names of all resources that some node has, in a fixed order. */
    List<String> resources();

    /** What pods may have, by slot; all zero for a resource no node has. */
    long[] allocatable(String resource);

    /** What is claimed, by slot. While a batch is being placed it includes what the batch has placed so far. */
    long[] committed(String resource);

    /** One divided by what pods may have, by slot; 0 for a node that has none. */
    default double[] inverse(String resource) {
        long[] all = allocatable(resource);
        double[] inverse = new double[all.length];
        for (int slot = 0; slot < inverse.length; slot++) {
            inverse[slot] = all[slot] > 0 ? 1.0 / all[slot] : 0;
        }
        return inverse;
    }

    /** The share that is claimed: {@link #committed} times {@link #inverse}, at most 1, and 1 for a node that has none. Changes together with {@code committed}. */
    default double[] used(String resource) {
        long[] committed = committed(resource);
        double[] inverse = inverse(resource);
        double[] used = new double[inverse.length];
        for (int slot = 0; slot < used.length; slot++) {
            used[slot] = share(committed[slot], inverse[slot]);
        }
        return used;
    }

    /** How {@link #used} is found for one node. */
    static double share(long committed, double inverse) {
        return inverse == 0 ? 1 : Math.min(1, committed * inverse);
    }

    /** Nodes that answer. */
    BitSet ready();

    /** Nodes that an operator has closed to new pods. */
    BitSet unschedulable();

    BitSet withLabel(String key, String value);

    BitSet withLabelKey(String key);

    /** Domains that a topology key divides the nodes into. */
    Topology topology(String key);

    /** All distinct sets of taints that nodes have; an entry is null if it is not in use. Its index is the set's number. */
    List<List<Node.Taint>> taintSets();

    /** Nodes with exactly this set of taints. */
    BitSet withTaintSet(int number);

    /** Nodes on which a runtime driver of this kind has proven itself. */
    BitSet withRuntime(String kind);

    BitSet withImage(String image);

    /**
     * Nodes on which a placed pod holds this port of the host, on whatever address.
     *
     * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
     */
    BitSet withHostPort(String protocol, int port);

    /** Tells how many placed pods of these namespaces match, slot by slot; a slot may come more than once: add up. */
    void pods(TenantId tenant, List<String> namespaces, LabelSelector labels, SlotCounter counter);

    /**
     * Tells which affinity and anti-affinity terms of placed pods match a pod with these facts, and where those pods are. Terms never reach
     * beyond a tenant.
     */
    void terms(TenantId tenant, String namespace, Map<String, String> labels, TermCounter counter);

    /**
     * One key's domains. A domain's number holds for this view only.
     *
     * @param domain by slot; -1 for a node without the key
     * @param names by domain; null for a number that is not in use
     */
    record Topology(int[] domain, List<String> names) {}

    /**
     * A term that a placed pod carries.
     *
     * @param required whether a new pod must heed it: only anti-affinity binds others
     * @param weight 1 to 100; negative for anti-affinity
     */
    record PlacedTerm(String topologyKey, boolean required, int weight) {}

    /** Takes counts by slot. */
    @ConsumerType
    interface SlotCounter {
        void add(int slot, int pods);
    }

    /** Takes counts by term and slot. */
    @ConsumerType
    interface TermCounter {
        void add(PlacedTerm term, int slot, int pods);
    }
}

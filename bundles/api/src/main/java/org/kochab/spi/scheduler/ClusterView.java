package org.kochab.spi.scheduler;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.TenantId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All nodes of all resource managers as columns. A node has a slot, an index into every column and bit set; free slots are not in
 * {@link #live}. Arrays and bit sets are the view's own: read them, never change them. Units: {@code cpu} in thousandths of a core,
 * everything else in whole units.
 */
@ProviderType
public interface ClusterView {
    /** Length of every column. */
    int slots();

    BitSet live();

    String nodeName(int slot);

    /** The slot of a node, -1 if there is none. */
    int slot(String nodeName);

    Node node(int slot);

    /** Names of all resources that some node has, sorted. */
    List<String> resources();

    /** What pods may have, by slot; all zero for a resource no node has. */
    long[] allocatable(String resource);

    /** What is claimed, by slot. */
    long[] committed(String resource);

    BitSet ready();

    BitSet unschedulable();

    BitSet withLabel(String key, String value);

    BitSet withLabelKey(String key);

    /** Domains that a topology key divides the nodes into. */
    Topology topology(String key);

    /** All distinct taints, in a fixed order. */
    List<Node.Taint> taints();

    BitSet withTaint(Node.Taint taint);

    /** Nodes on which a runtime driver of this kind has proven itself. */
    BitSet withRuntime(String kind);

    BitSet withImage(String image);

    /** How many pods that match are placed on each slot. */
    int[] pods(TenantId tenant, List<String> namespaces, LabelSelector labels);

    /**
     * Required anti-affinity terms of pods already placed that match a pod with these facts, with the slots of the pods that have them: such a
     * pod must not go into their topology domains.
     */
    List<Repulsion> repulsions(TenantId tenant, String namespace, java.util.Map<String, String> labels);

    /**
     * One key's domains.
     *
     * @param domain by slot; -1 for a node without the key
     * @param names by domain, sorted
     */
    record Topology(int[] domain, List<String> names) {}

    /** @param slots where the repelling pods are */
    record Repulsion(String topologyKey, BitSet slots) {}

    /** The node, if there is one of this name. */
    default Optional<Node> node(String name) {
        int slot = slot(name);
        return slot < 0 ? Optional.empty() : Optional.of(node(slot));
    }
}

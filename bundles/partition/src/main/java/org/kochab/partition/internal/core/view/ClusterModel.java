package org.kochab.partition.internal.core.view;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kochab.api.model.Node;
import org.kochab.api.node.Claim;
import org.kochab.spi.scheduler.ClusterView;

/**
 * Nodes and claims of all resource managers, kept as columns for schedulers. Fed with what the managers' partitions hold at
 * {@link org.kochab.api.node.NodeKeys}, and with placements that no manager has confirmed yet.
 *
 * <p>Not thread-safe: one thread feeds it and places with its {@link #view}, which is this model itself and not a copy; changes wait while a batch
 * is being placed. Nothing blocks. Feeding is idempotent: a put of what is there, and a removal of what is not, change nothing. A claim may come
 * before its node.
 *
 * <p>After a watch was lost: {@link #beginRelist}, every node and claim of the manager as puts, {@link #endRelist}. In between everything known before
 * still counts, so that nothing is placed against an emptier cluster than the true one.
 */
public final class ClusterModel {
    private static final int FIRST_CAPACITY = 64;

    private final Slots slots = new Slots(FIRST_CAPACITY);
    private final ResourceColumns resources = new ResourceColumns(FIRST_CAPACITY);
    private final NodeIndex index = new NodeIndex(slots);
    private final PlacedPods placed = new PlacedPods();
    private final ClaimTable claims = new ClaimTable();
    private final Map<SortedMap<String, Long>, ResourceColumns.Shape> shapes = new HashMap<>();
    private final BitSet staleNodes = new BitSet();
    private final SortedMap<String, Long> revisions = new TreeMap<>();
    private final ClusterView view = new ModelView(slots, resources, index, placed);

    /** The cluster as it is now; always the same object. */
    public ClusterView view() {
        return view;
    }

    /** How many nodes there are. */
    public int nodes() {
        return slots.live().cardinality();
    }

    /** A node as its manager has it; empty if there is none. */
    public Optional<Node> node(String name) {
        int slot = slots.find(name);
        return slot < 0 ? Optional.empty() : Optional.ofNullable(slots.node(slot));
    }

    /** All nodes, in no order. */
    public List<Node> all() {
        List<Node> all = new ArrayList<>(nodes());
        slots.live().stream().forEach(slot -> {
            Node node = slots.node(slot);
            if (node != null) {
                all.add(node);
            }
        });
        return all;
    }

    /** How many claims count, confirmed and assumed. */
    public int claims() {
        return claims.size();
    }

    /** The newest revision seen of a manager; 0 if none. */
    public long revision(String manager) {
        return revisions.getOrDefault(manager, 0L);
    }

    /** Notes a revision of a manager that changed nothing here, such as a bookmark's. */
    public void seen(String manager, long revision) {
        revisions.merge(manager, revision, Math::max);
    }

    /**
     * Adds a node or replaces it.
     *
     * @param manager the resource manager's partition
     * @param revision the manager's revision of this put
     */
    public void putNode(String manager, Node node, long revision) {
        String name = node.metadata().name();
        if (name == null) {
            throw new IllegalArgumentException("metadata.name of a node is missing");
        }
        int slot = slotFor(name);
        slots.manager(slot, manager);
        staleNodes.clear(slot);
        index.set(slot, node);
        resources.setAllocatable(
                slot, node.status() == null ? new TreeMap<>() : node.status().allocatable());
        slots.node(slot, node);
        seen(manager, revision);
    }

    /** Removes a node. Claims on it go on counting until they are removed: they may come back with the node. */
    public void removeNode(String manager, String name, long revision) {
        seen(manager, revision);
        int slot = slots.find(name);
        if (slot >= 0 && slots.isOf(slot, manager)) {
            removeNode(slot);
        }
    }

    private void removeNode(int slot) {
        staleNodes.clear(slot);
        index.set(slot, null);
        resources.setAllocatable(slot, new TreeMap<>());
        slots.node(slot, null);
        slots.freeIfUnused(slot);
    }

    /** Adds a claim or replaces it, and confirms it if it was assumed. A finished claim does not count; a released one does until it is removed. */
    public void putClaim(String manager, Claim claim, long revision) {
        seen(manager, revision);
        if (claim.finished()) {
            remove(claim.podUid(), claim.node());
            return;
        }
        int slot = slotFor(claim.node());
        slots.manager(slot, manager);
        add(claim, slot, ClaimTable.CONFIRMED);
    }

    /** Removes a claim, confirmed or assumed. */
    public void removeClaim(String manager, String node, String podUid, long revision) {
        seen(manager, revision);
        int slot = slots.find(node);
        if (slot >= 0 && !slots.isOther(slot, manager)) {
            remove(podUid, node);
        }
    }

    /**
     * Counts a placement that has been decided, and will be or has been asked of the manager. It counts until the manager's own claim takes its
     * place, or until {@link #forget}. Does nothing if the claim is there already.
     */
    public void assume(Claim claim) {
        int slot = slotFor(claim.node());
        if (claims.find(claim.podUid(), slot) < 0) {
            add(claim, slot, ClaimTable.ASSUMED);
        }
    }

    /** Takes back an assumed placement, because it was refused or given up. Does nothing once it is confirmed. */
    public void forget(String podUid, String node) {
        int slot = slots.find(node);
        int at = slot < 0 ? -1 : claims.find(podUid, slot);
        if (at >= 0 && claims.state(at) == ClaimTable.ASSUMED) {
            removeAt(at);
        }
    }

    /** Begins to replace all that is known of a manager. */
    public void beginRelist(String manager) {
        BitSet live = slots.live();
        for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
            if (slots.isOf(slot, manager)) {
                staleNodes.set(slot);
            }
        }
        for (int at = 0; at < claims.length(); at++) {
            if (claims.state(at) == ClaimTable.CONFIRMED && slots.isOf(claims.slot(at), manager)) {
                claims.state(at, ClaimTable.STALE);
            }
        }
    }

    /** Removes what was not put again since {@link #beginRelist}. Assumed placements stay. */
    public void endRelist(String manager, long revision) {
        seen(manager, revision);
        for (int at = 0; at < claims.length(); ) {
            if (claims.state(at) == ClaimTable.STALE && slots.isOf(claims.slot(at), manager)) {
                // Removing moves later entries to this index and beyond, never before it: look at it again.
                removeAt(at);
            } else {
                at++;
            }
        }
        for (int slot = staleNodes.nextSetBit(0); slot >= 0; slot = staleNodes.nextSetBit(slot + 1)) {
            if (slots.isOf(slot, manager)) {
                removeNode(slot);
            }
        }
    }

    /** A claim, by its pod and its node. */
    public record ClaimId(String podUid, String node) {}

    /** Claims that are left out of the view for a while. */
    public interface Absence {
        /** They are there again. To be called once. */
        void end();
    }

    private record Absent(
            String podUid, int slot, byte state, SortedMap<String, Long> requests, PodClass.Key podClass) {}

    /**
     * Leaves claims out, so that the view is as if they were not there; those that do not count, or whose node is not there, are passed over. Until the
     * end of the absence nothing else may change the model.
     */
    public Absence without(Collection<ClaimId> claimIds) {
        List<Absent> absent = new ArrayList<>();
        for (ClaimId id : claimIds) {
            int slot = slots.find(id.node());
            int at = slot < 0 || !slots.live().get(slot) ? -1 : claims.find(id.podUid(), slot);
            if (at >= 0) {
                absent.add(new Absent(
                        id.podUid(), slot, claims.state(at), claims.shape(at).requests, claims.podClass(at).key));
                removeAt(at);
            }
        }
        return () -> absent.forEach(a -> put(a.podUid, a.slot, a.state, a.requests, a.podClass));
    }

    private int slotFor(String node) {
        int slot = slots.find(node);
        if (slot >= 0) {
            return slot;
        }
        if (slots.isFull()) {
            int capacity = slots.capacity() + Math.max(slots.capacity() / 2, FIRST_CAPACITY);
            slots.grow(capacity);
            resources.grow(capacity);
            index.grow(capacity);
        }
        return slots.allot(node);
    }

    private void add(Claim claim, int slot, byte state) {
        int at = claims.find(claim.podUid(), slot);
        if (at >= 0) {
            if (claims.shape(at).requests.equals(claim.requests())
                    && claims.podClass(at).key.equals(PodClass.Key.of(claim))) {
                claims.state(at, state);
                return;
            }
            takeOff(at);
            claims.remove(at);
            slots.claims(slot, -1);
        }
        put(claim.podUid(), slot, state, new TreeMap<>(claim.requests()), PodClass.Key.of(claim));
    }

    private void put(String podUid, int slot, byte state, SortedMap<String, Long> requests, PodClass.Key podClass) {
        slots.claims(slot, 1);
        ResourceColumns.Shape shape = shapes.computeIfAbsent(requests, resources::shape);
        shape.claims++;
        resources.commit(slot, shape, 1);
        claims.add(podUid, slot, state, shape, placed.add(podClass, slot));
    }

    private void remove(String podUid, String node) {
        int slot = slots.find(node);
        int at = slot < 0 ? -1 : claims.find(podUid, slot);
        if (at >= 0) {
            removeAt(at);
        }
    }

    private void removeAt(int at) {
        int slot = claims.slot(at);
        takeOff(at);
        claims.remove(at);
        slots.claims(slot, -1);
        slots.freeIfUnused(slot);
    }

    private void takeOff(int at) {
        int slot = claims.slot(at);
        ResourceColumns.Shape shape = claims.shape(at);
        resources.commit(slot, shape, -1);
        if (--shape.claims == 0) {
            shapes.remove(shape.requests);
        }
        placed.remove(claims.podClass(at), slot);
    }
}

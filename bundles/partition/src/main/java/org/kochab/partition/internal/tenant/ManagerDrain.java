package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.directory.NodeMoveRecord;

/** Sends the nodes of a resource manager to the others: each to the one that has the fewest. */
final class ManagerDrain {
    private static final int MOST_AT_ONCE = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final PartitionService partitions;

    ManagerDrain(PartitionService partitions) {
        this.partitions = partitions;
    }

    /** Its nodes, and those it still has something of. */
    Set<String> nodes(PartitionId id) {
        Committer manager = Committer.patient(id.value(), () -> partitions.partition(id), PATIENCE);
        return manager.read(p -> {
            try {
                return names(p);
            } catch (GoneException e) {
                throw new ResourceException(Reason.BUSY, "the nodes of " + id + " cannot be listed now; try again");
            }
        });
    }

    private static Set<String> names(Partition p) throws GoneException {
        Set<String> names = new TreeSet<>();
        for (Entry e : Pages.now(p, NodeKeys.NODES)) {
            names.add(e.key().substring(NodeKeys.NODES.length()));
        }
        return names;
    }

    /** Managers that could take nodes, by how many they have; only those that can be reached. */
    private Map<PartitionId, Integer> others(PartitionId id, Committer directory) {
        Map<PartitionId, Integer> others = new TreeMap<>();
        for (Entry e : directory
                .read(p -> p.list(Directory.PARTITIONS, NodeMover.MOST))
                .entries()) {
            var spec = Directory.partition(e);
            if (!NodeMover.takesNodes(spec) || spec.id().equals(id)) {
                continue;
            }
            try {
                Optional<Partition> p = partitions.partition(spec.id());
                if (p.isPresent()) {
                    others.put(spec.id(), names(p.get()).size());
                }
            } catch (NotLeaderException | GoneException unreachable) {
                continue;
            }
        }
        return others;
    }

    /** @throws ResourceException if there is none */
    void requireOther(PartitionId id, Committer directory) {
        if (others(id, directory).isEmpty()) {
            throw new ResourceException(
                    Reason.CONFLICT,
                    "resource manager " + id
                            + " has nodes, and there is no other one that would take them now: make one with kochab:partition-create --kind resource-manager");
        }
    }

    /**
     * Begins what is to be begun.
     *
     * @return whether the manager has no node any more, and no move to or from it is under way
     */
    boolean advance(PartitionId id, boolean drain, Partition led, Committer directory) {
        List<NodeMoveRecord> open = NodeMover.open(led);
        Set<String> moving = new TreeSet<>();
        long leaving = 0;
        boolean busy = false;
        for (NodeMoveRecord r : open) {
            moving.add(r.node());
            leaving += r.from().equals(id.value()) ? 1 : 0;
            busy |= r.from().equals(id.value()) || r.to().equals(id.value());
        }
        if (!drain) {
            return !busy;
        }
        List<String> staying = new ArrayList<>(nodes(id));
        boolean none = staying.isEmpty();
        staying.removeAll(moving);
        if (!staying.isEmpty() && leaving < MOST_AT_ONCE) {
            Map<PartitionId, Integer> others = others(id, directory);
            for (String node : staying) {
                Optional<PartitionId> to = others.entrySet().stream()
                        .min(Map.Entry.comparingByValue())
                        .map(Map.Entry::getKey);
                if (to.isEmpty() || leaving++ >= MOST_AT_ONCE) {
                    break;
                }
                NodeMover.begin(directory, node, id, to.get());
                others.merge(to.get(), 1, Integer::sum);
            }
        }
        return none && !busy;
    }

    /** Why a node could not go, and forgets that it was to go; empty if all go or are to go. */
    Optional<String> stays(PartitionId id, Partition led, Committer directory) {
        Optional<String> why = Optional.empty();
        for (Entry e : led.list(NodeMoveRecord.PREFIX, NodeMover.MOST).entries()) {
            NodeMoveRecord r = NodeMoveRecord.of(e);
            if (r.from().equals(id.value()) && r.state() == NodeMoveRecord.State.STAYS) {
                why = Optional.of("node " + r.node() + " stays: " + r.message());
                NodeMover.end(directory, e);
            }
        }
        return why;
    }

    /** What the first node that waits waits for; empty if none does. */
    static String waits(PartitionId id, Committer directory) {
        return directory.read(NodeMover::open).stream()
                .filter(r -> r.from().equals(id.value()) && !r.message().isEmpty())
                .findFirst()
                .map(r -> "node " + r.node() + ": " + r.message())
                .orElse("");
    }
}

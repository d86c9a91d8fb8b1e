package org.kochab.store.ignite.internal.grid;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.ignite.IgniteCheckedException;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.internal.GridKernalContext;
import org.apache.ignite.internal.IgniteInternalFuture;
import org.apache.ignite.internal.processors.cache.CacheGroupContext;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtLocalPartition;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionState;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionTopology;

/** Which members have complete copies, as far as this one has been told. Safe for any thread; may wait while the membership changes. */
final class Copies {
    private static final int AGREED_MILLIS = 5_000;

    private final GridKernalContext context;

    Copies(GridKernalContext context) {
        this.context = context;
    }

    private List<GridDhtPartitionTopology> topologies() {
        return context.cache().cacheGroups().stream()
                .filter(group -> GridConfiguration.HEADS.equals(group.cacheOrGroupName())
                        || GridConfiguration.ENTRIES.equals(group.cacheOrGroupName()))
                .map(CacheGroupContext::topology)
                .toList();
    }

    /**
     * How many members have all of one of Ignite's partitions, in both caches, as all of them agree on and have written down: a commit may
     * return, for lack of a member that has just gone, before that is so. 0 if it takes too long.
     */
    int of(int ignitePartition) {
        if (!isAgreed()) {
            return 0;
        }
        int least = Integer.MAX_VALUE;
        for (GridDhtPartitionTopology topology : topologies()) {
            least = Math.min(least, topology.owners(ignitePartition).size());
        }
        return least == Integer.MAX_VALUE ? 0 : least;
    }

    private boolean isAgreed() {
        IgniteInternalFuture<?> agreed = context.cache()
                .context()
                .exchange()
                .affinityReadyFuture(context.discovery().topologyVersionEx());
        try {
            if (agreed != null) {
                agreed.get(AGREED_MILLIS);
            }
            return true;
        } catch (IgniteCheckedException e) {
            return false;
        }
    }

    /** How many members have all of everything. */
    int complete() {
        Set<UUID> complete = new HashSet<>();
        context.discovery().aliveServerNodes().forEach(node -> complete.add(node.id()));
        for (GridDhtPartitionTopology topology : topologies()) {
            for (List<ClusterNode> owners : topology.allOwners()) {
                complete.retainAll(owners.stream().map(ClusterNode::id).toList());
            }
        }
        return complete.size();
    }

    /** Ignite's partitions that this member still has to copy, of both caches together. */
    int missingHere() {
        int missing = 0;
        for (GridDhtPartitionTopology topology : topologies()) {
            int own = 0;
            for (GridDhtLocalPartition partition : topology.localPartitions()) {
                if (partition.state() == GridDhtPartitionState.OWNING) {
                    own++;
                }
            }
            missing += PartitionAffinity.PARTITIONS - own;
        }
        return missing;
    }
}

package org.kochab.partition.internal.remote;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.partition.internal.core.kernel.Leadership;

/** Handles of partitions that other members lead, as the leases say. Any thread; answers from memory. */
public final class RemotePartitions {
    private final Peers peers;
    /** The newest handle of each; as many as there are partitions. */
    private final ConcurrentMap<PartitionId, RemotePartition> handles = new ConcurrentHashMap<>();

    public RemotePartitions(Peers peers) {
        this.peers = peers;
    }

    /** Empty if nobody, or this member, leads it, or its leader cannot be reached now. */
    public Optional<RemotePartition> find(PartitionSpec spec, Leadership.Standing standing) {
        if (standing.leader().isEmpty()) {
            return Optional.empty();
        }
        String leader = standing.leader().get();
        if (leader.equals(peers.member()) || !peers.isSeen(leader)) {
            return Optional.empty();
        }
        return Optional.of(handles.compute(
                spec.id(),
                (id, known) -> known != null && known.isFor(leader, standing.epoch())
                        ? known
                        : new RemotePartition(spec, leader, standing.epoch(), peers)));
    }
}

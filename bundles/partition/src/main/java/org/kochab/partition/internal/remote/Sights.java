package org.kochab.partition.internal.remote;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.PartitionId;
import org.kochab.partition.internal.core.wire.WireIn;

/** Whether a tenant partition's leader knows a node as its new manager's, asked of the member that leads it. */
public final class Sights {
    private static final String SERVICE = "kochab.sight";

    private Sights() {}

    /** What a member answers for the tenant partitions it leads. */
    public interface Own {
        CompletionStage<Boolean> isMoved(PartitionId partition, String node, String from, String to);
    }

    public static void serve(Peers peers, Own own) {
        peers.serve(SERVICE, (sender, request) -> {
            try {
                WireIn in = new WireIn(request);
                return own.isMoved(new PartitionId(in.text()), in.text(), in.text(), in.text())
                        .thenApply(moved -> Calls.ok().bool(moved).done())
                        .exceptionally(Calls::failure);
            } catch (NotLeaderException | IllegalArgumentException e) {
                return CompletableFuture.completedFuture(Calls.failure(e));
            }
        });
    }

    /** Fails if the leader cannot be reached, or leads no more. */
    public static CompletionStage<Boolean> ask(RemotePartition partition, String node, String from, String to) {
        byte[] request = new org.kochab.partition.internal.core.wire.WireOut()
                .text(partition.id().value())
                .text(node)
                .text(from)
                .text(to)
                .done();
        return partition
                .peers()
                .request(
                        partition.leader(),
                        SERVICE,
                        request,
                        partition.peers().limits().read())
                .thenApply(bytes -> {
                    try {
                        return Calls.answer(partition.id(), bytes).bool();
                    } catch (GoneException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }
}

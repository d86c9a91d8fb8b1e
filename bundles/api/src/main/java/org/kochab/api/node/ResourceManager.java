package org.kochab.api.node;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.kochab.api.model.Node;
import org.kochab.api.partition.PartitionId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The only one that decides on a group of nodes. Registered as a service, with the property {@link #ID_PROPERTY}, while this member leads its partition.
 * Its state is read from its {@link org.kochab.api.partition.Partition}, at {@link NodeKeys}. Thread-safe, never blocks; stages
 * complete within a bounded time.
 */
@ProviderType
public interface ResourceManager {
    String ID_PROPERTY = "kochab.partition.id";

    PartitionId id();

    /** Decides a batch atomically against the nodes' true state: one answer a request, in order. Never completes exceptionally. */
    CompletionStage<List<ClaimAnswer>> claim(List<ClaimRequest> batch);

    /**
     * Ends pods and gives their capacity back once the node confirms it. Completes when the wish is durable; releasing what is not
     * claimed does nothing. Fails with {@link IllegalStateException} if it could not be made durable.
     */
    CompletionStage<Void> release(List<Release> releases);

    /**
     * The leader of a tenant partition is about to read this manager: from then on nothing is granted that was asked under an earlier reading. Of tenants
     * that moved to the partition, the claims and reports of their pods are the partition's from then on, and no other can claim or release
     * for them. Completes when that is durable; fails with {@link IllegalStateException}, and changes nothing, if it could not be made durable,
     * or if a later reading or a later move of one of the tenants is known.
     *
     * @param tenants that moved to the partition
     */
    CompletionStage<Void> begin(String partition, Reading reading, List<TenantOwner> tenants);

    /**
     * Replaces a node's labels, annotations and spec, if it is still at its {@code resourceVersion}.
     *
     * @return the node as stored; empty if it has changed meanwhile or does not exist
     */
    CompletionStage<Optional<Node>> update(Node node);

    /**
     * Removes a node that is lost or cordoned and has no claims.
     *
     * @return empty if done, else one sentence why not and what to do
     */
    CompletionStage<Optional<String>> remove(String node);

    /**
     * Does one step of a node's move to or from this manager. Completes when it is durable, or with the reason why it never will be; fails with {@link
     * IllegalStateException} if it is to be tried again.
     */
    CompletionStage<NodeStep.Done> step(NodeStep step);

    /** Sends a command to a node. */
    RunningCommand command(String node, NodeCommand command, CommandSink sink);
}

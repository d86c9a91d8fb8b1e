package org.kochab.spi.controller;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService.Outcome;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A controller's view of its tenant partition, in which it also sees the {@link Kind#TENANT} objects of the partition's tenants. Reads come from the leader's memory and see all earlier writes. Writes block until they are
 * durable and fail with {@link ResourceException}.
 */
@ProviderType
public interface ControllerContext {
    /** The platform's clock; for timestamps only. */
    Instant now();

    /** The kinds that a tenant has, and those that are not served any more and of which it still has objects; built-in ones first. */
    List<Kind> kinds(TenantId tenant);

    Optional<Resource> get(ResourceRef ref);

    /** @param selector null for all */
    List<Resource> list(TenantId tenant, Kind kind, @Nullable String namespace, @Nullable LabelSelector selector);

    /** Objects of a kind that have an owner with this uid, in name order; answered from an index. */
    List<Resource> dependents(TenantId tenant, Kind kind, String ownerUid);

    /** Objects of a kind that no owner controls, in name order; answered from an index. */
    List<Resource> uncontrolled(TenantId tenant, Kind kind, @Nullable String namespace);

    /**
     * The platform's nodes with their labels, taints and readiness. A controller that {@link Controller#watchesNodes} is called when they change. Answered from
     * memory; nodes cannot be written.
     */
    Nodes nodes();

    Resource create(TenantId tenant, Resource resource);

    /** See {@link org.kochab.api.resource.ResourceService#createAll}. */
    List<Outcome> createAll(TenantId tenant, List<Resource> resources);

    Resource update(TenantId tenant, Resource resource);

    Resource updateStatus(TenantId tenant, Resource resource);

    void delete(ResourceRef ref, DeleteOptions options);

    /**
     * Deletes many objects of a kind and tenant, in one or few transactions: these very ones (by uid). What is gone or already marked is left as
     * it is.
     *
     * @param options its {@code uid} is not used
     */
    void deleteAll(Kind kind, List<Resource> objects, DeleteOptions options);

    /**
     * Has a node do something, and tells what has become of it. The first call sends the command; later calls with its correlation tell its state, and it is sent again
     * every few seconds until the node has answered. The object is looked at again when it has. What is known of a command is forgotten ten minutes after the last call, and with
     * the leader: the next call then sends it again, which the node knows by its correlation. With {@code timeoutSeconds} 0 nothing is sent. Does not block.
     *
     * @param object on whose behalf, of this controller's kind
     */
    CommandState command(ResourceRef object, String node, NodeCommand.Correlated command);

    /** See {@link #command(ResourceRef, String, NodeCommand.Correlated)}. */
    default CommandState command(ResourceRef object, String node, NodeCommand.Act command) {
        return command(object, node, (NodeCommand.Correlated) command);
    }

    /** Records an event about an object; repeats are counted. @param type {@code Normal} or {@code Warning} */
    void event(Resource about, String type, String reason, String message);
}

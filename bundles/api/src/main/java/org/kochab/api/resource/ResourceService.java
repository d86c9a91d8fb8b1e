package org.kochab.api.resource;

import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one way to resources, for the shell, HTTP and everything else. It finds the partition: a tenant's objects in its tenant partition,
 * nodes at their resource managers, tenants in the directory. Kinds of the platform are asked for with {@link TenantId#SYSTEM}.
 *
 * <p>A kind that is not built in is looked up again in each call by its group and name, so that one that is not served any more is refused with {@code NOT_FOUND}.
 *
 * <p>Any thread; calls block, at most 30 seconds, and fail with {@link ResourceException}. Reads see every write acknowledged before.
 */
@ProviderType
public interface ResourceService {
    /** The same on behalf of somebody, for those who are asked about writes (see {@code org.kochab.spi.admission}). Without it nobody is known to ask. Does not block. */
    ResourceService as(Requester requester);

    /**
     * The kinds that a tenant has: the built-in ones first, then those that bundles offer to it, those that are shared with all tenants, and its own. A kind that
     * is served in several versions is there once for each, the one that objects are kept in first.
     */
    List<Kind> kinds(TenantId tenant);

    /** Validates, completes defaults and stores a new resource. */
    Resource create(TenantId tenant, Resource resource);

    /**
     * Creates many, in one or few transactions: for each, in order, the stored resource or why it was refused. A refusal does not stop the
     * others.
     */
    List<Outcome> createAll(TenantId tenant, List<Resource> resources);

    /** Creates, or replaces labels, annotations and spec of what is there with the manifest's. Status stays. */
    Applied apply(TenantId tenant, Resource resource);

    /** What {@link #apply} would do; validates and changes nothing. */
    Applied dryRun(TenantId tenant, Resource resource);

    /**
     * Replaces labels, annotations, owner references, finalizers and spec; the resource carries the {@code resourceVersion} it was read at.
     * Taking the last finalizer from an object under deletion removes it; see {@link Finalizers}.
     */
    Resource update(TenantId tenant, Resource resource);

    /** Replaces the status only; the resource carries the {@code resourceVersion} it was read at. */
    Resource updateStatus(TenantId tenant, Resource resource);

    Optional<Resource> get(ResourceRef ref);

    ResourcePage list(TenantId tenant, Kind kind, Query query);

    /**
     * Begins deletion: gone at once, or marked with a deletion timestamp until its pods have ended, its dependents are gone and its finalizers
     * are removed.
     *
     * @return the resource as marked or removed
     */
    Resource delete(ResourceRef ref, DeleteOptions options);

    /**
     * Deletes a pod as {@link #delete} does, if the disruption budgets of its namespace allow it: a ready pod takes one disruption off each that selects it, in the
     * same transaction. Pods that do not run are deleted without asking. {@code BUSY} if a budget allows no disruption now; the message names it.
     *
     * @return the pod as marked or removed
     */
    Resource evict(ResourceRef pod, DeleteOptions options);

    /** @param resourceVersion a list's */
    ResourceWatch watch(TenantId tenant, Kind kind, Query query, String resourceVersion);

    /** One answer of {@link #createAll}. */
    sealed interface Outcome {
        record Stored(Resource resource) implements Outcome {}

        record Refused(ResourceException.Reason reason, String message) implements Outcome {}
    }
}

package org.kochab.spi.controller;

import java.util.List;
import org.kochab.api.model.Kind;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reconciles objects of one kind. Registered as a service; each tenant partition's leader runs all registered controllers for its tenants.
 *
 * <p>Called on the partition's controller threads, never twice at a time for one object. Level-triggered: a call says only that
 * something about the object may have changed, and is made again for every object after a change of leader or when the
 * controller is registered. A call that throws is repeated with growing delay.
 */
@ConsumerType
public interface Controller {
    /** Short and unique, for logs, events and {@code plugin-list}; for example {@code deployment}. */
    String name();

    /**
     * The kind it reconciles: one that lives in a tenant, or {@link Kind#TENANT} for the partition's tenants. {@link Kind#custom} names one that a bundle
     * offers or that is shared with all tenants; a tenant's own kind of the same name is another one. {@link Kind#ANY_CUSTOM} stands for all that are not built
     * in, tenants' own too.
     */
    Kind kind();

    /** Kinds whose objects, if their controlling owner is of {@link #kind}, trigger that owner. */
    List<Kind> owns();

    /**
     * Whether each change of a node (not its heartbeats) triggers all objects of {@link #kind}: those that make something of {@link ControllerContext#nodes}
     * say so. Many changes may be one call.
     */
    default boolean watchesNodes() {
        return false;
    }

    /**
     * Whether the binding of a pod to its node, by which nothing else of it changes, triggers the pod, if {@link #kind} is {@link Kind#POD}, and its
     * controlling owner, if {@link #owns} names pods. Whoever makes nothing of where pods are says no: a pod in three changes is one that is bound.
     */
    default boolean watchesBindings() {
        return true;
    }

    /**
     * Looks at the object as it is now, which may be gone, and does the next step. Must not wait: return {@link Outcome.Again}.
     *
     * @throws ResourceException a conflict is not a failure: the call is repeated at once
     */
    Outcome reconcile(ControllerContext context, ResourceRef object);
}

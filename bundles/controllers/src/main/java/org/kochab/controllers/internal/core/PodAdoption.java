package org.kochab.controllers.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.ObjectMeta.OwnerReference;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Gives a pod without controlling owner to the replica set whose selector matches it; the first by name if several do. */
public final class PodAdoption implements Controller {
    @Override
    public String name() {
        return "pod-adoption";
    }

    @Override
    public Kind kind() {
        return Kind.POD;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public boolean watchesBindings() {
        return false;
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Pod pod = context.get(object).map(Pod.class::cast).orElse(null);
        if (pod == null || !adoptable(pod)) {
            return Outcome.DONE;
        }
        for (Resource r : context.list(object.tenant(), Kind.REPLICA_SET, object.namespace(), null)) {
            var set = (ReplicaSet) r;
            LabelSelector selector = set.spec() == null ? null : set.spec().selector();
            if (!Owners.marked(set)
                    && selector != null
                    && selector.matches(pod.metadata().labels())) {
                adopt(context, object.tenant(), pod, set);
                return Outcome.DONE;
            }
        }
        return Outcome.DONE;
    }

    static boolean adoptable(Pod pod) {
        return PodState.active(pod) && Owners.controllerOf(pod).isEmpty();
    }

    /** Gives a set the pods of its namespace that match it and have no controlling owner. @return whether there were any */
    static boolean adoptAll(
            ControllerContext context, TenantId tenant, Resource set, LabelSelector selector, Predicate<Pod> which) {
        boolean some = false;
        for (Resource r : context.uncontrolled(tenant, Kind.POD, set.metadata().namespace())) {
            Pod pod = (Pod) r;
            if (selector.matches(pod.metadata().labels()) && adoptable(pod) && which.test(pod)) {
                adopt(context, tenant, pod, set);
                some = true;
            }
        }
        return some;
    }

    private static void adopt(ControllerContext context, TenantId tenant, Pod pod, Resource set) {
        List<OwnerReference> owners = new ArrayList<>(pod.metadata().ownerReferences());
        owners.add(Owners.controlledBy(set));
        context.update(tenant, pod.withMetadata(pod.metadata().withOwners(owners)));
    }
}

package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Nodes;
import org.kochab.spi.controller.Outcome;

/** Keeps a pod of a daemon set on each node that it is for. The scheduler binds them: it has no choice but to grant or to wait. */
public final class DaemonSetController implements Controller {
    @Override
    public String name() {
        return "daemonset";
    }

    @Override
    public Kind kind() {
        return Kind.DAEMON_SET;
    }

    @Override
    public List<Kind> owns() {
        return List.of(Kind.POD);
    }

    @Override
    public boolean watchesNodes() {
        return true;
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        DaemonSet set = context.get(object).map(DaemonSet.class::cast).orElse(null);
        if (set == null
                || Owners.marked(set)
                || set.spec() == null
                || set.spec().template() == null) {
            return Outcome.DONE;
        }
        TenantId tenant = object.tenant();
        adopt(context, tenant, set);
        Nodes nodes = context.nodes();
        Daemons before = Daemons.of(set, OwnedPods.of(context, tenant, set), nodes, context.now());
        Optional<ResourceService.Outcome.Refused> refused = Optional.empty();
        if (!before.surplus().isEmpty()) {
            OwnedPods.delete(context, set, before.surplus());
        }
        if (!before.missing().isEmpty()) {
            refused = OwnedPods.create(context, tenant, set, before.missing(), new ArrayList<>());
        }
        Daemons after = Daemons.of(set, OwnedPods.of(context, tenant, set), nodes, context.now());
        DaemonSet.Status status = after.status();
        if (!status.equals(set.status())) {
            context.updateStatus(tenant, set.withStatus(status));
        }
        if (refused.isPresent()) {
            throw OwnedPods.failure(object, refused.get());
        }
        if (before.hasMore()) {
            return new Outcome.Again(Duration.ZERO);
        }
        return after.next().<Outcome>map(Outcome.Again::new).orElse(Outcome.DONE);
    }

    /** Takes over pods without owner that match and are for a node, when the set is new or changed. */
    private static void adopt(ControllerContext context, TenantId tenant, DaemonSet set) {
        DaemonSet.Status status = set.status();
        boolean seen = Generations.isSeen(set, status == null ? null : status.observedGeneration());
        if (!seen && set.spec() != null && set.spec().selector() != null) {
            PodAdoption.adoptAll(context, tenant, set, set.spec().selector(), pod -> DaemonNodes.of(pod)
                    .isPresent());
        }
    }
}

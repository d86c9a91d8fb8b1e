package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.StatefulSet;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Keeps the numbered pods of a stateful set: makes them from the lowest number on, ends and updates them from the highest. */
public final class StatefulSetController implements Controller {
    /** A claim that is being deleted is looked for again so often. */
    private static final Duration CLAIM_GOES = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "statefulset";
    }

    @Override
    public Kind kind() {
        return Kind.STATEFUL_SET;
    }

    @Override
    public List<Kind> owns() {
        return List.of(Kind.POD);
    }

    @Override
    public boolean watchesBindings() {
        return false;
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        StatefulSet set = context.get(object).map(StatefulSet.class::cast).orElse(null);
        if (set == null
                || Owners.marked(set)
                || set.spec() == null
                || set.spec().template() == null) {
            return Outcome.DONE;
        }
        TenantId tenant = object.tenant();
        adopt(context, tenant, set);
        Ordinals before = Ordinals.of(set, OwnedPods.of(context, tenant, set), context.now());
        Done done = step(context, tenant, set, before);
        Ordinals after = Ordinals.of(set, OwnedPods.of(context, tenant, set), context.now());
        StatefulSet.Status status = after.status();
        if (!status.equals(set.status())) {
            context.updateStatus(tenant, set.withStatus(status));
        }
        if (done.refused().isPresent()) {
            throw OwnedPods.failure(object, done.refused().get());
        }
        if (done.waits()) {
            return new Outcome.Again(CLAIM_GOES);
        }
        if (before.step().isPresent() && after.step().isPresent()) {
            return new Outcome.Again(Duration.ZERO);
        }
        return after.untilAvailable().<Outcome>map(Outcome.Again::new).orElse(Outcome.DONE);
    }

    /**
     * What a step has done.
     *
     * @param waits whether pods wait until former claims of theirs are gone
     */
    private record Done(boolean waits, Optional<ResourceService.Outcome.Refused> refused) {}

    private static Done step(ControllerContext context, TenantId tenant, StatefulSet set, Ordinals pods) {
        Ordinals.Step step = pods.step().orElse(null);
        if (step instanceof Ordinals.Step.Create create) {
            List<Pod> can = OrdinalClaims.provide(context, tenant, set, create.pods());
            return new Done(
                    can.size() < create.pods().size(), OwnedPods.create(context, tenant, set, can, new ArrayList<>()));
        }
        if (step instanceof Ordinals.Step.Delete delete) {
            OwnedPods.delete(context, set, delete.pods());
        }
        return new Done(false, Optional.empty());
    }

    /** Takes over pods without owner that have its names and labels, when the set is new or changed. */
    private static void adopt(ControllerContext context, TenantId tenant, StatefulSet set) {
        StatefulSet.Status status = set.status();
        boolean seen = Generations.isSeen(set, status == null ? null : status.observedGeneration());
        if (seen || set.spec() == null || set.spec().selector() == null) {
            return;
        }
        PodAdoption.adoptAll(context, tenant, set, set.spec().selector(), pod -> Ordinals.ordinal(set, pod)
                .isPresent());
    }
}

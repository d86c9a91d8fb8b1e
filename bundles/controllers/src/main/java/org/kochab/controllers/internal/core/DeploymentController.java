package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Rolls a deployment's template out over replica sets: one step a call, from what is there to what is wanted. */
public final class DeploymentController implements Controller {
    private static final int DEFAULT_HISTORY = 10;

    /** How often a recreating deployment looks whether its old pods have ended: their end does not always change their replica set. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "deployment";
    }

    @Override
    public Kind kind() {
        return Kind.DEPLOYMENT;
    }

    @Override
    public List<Kind> owns() {
        return List.of(Kind.REPLICA_SET);
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Deployment deployment = context.get(object).map(Deployment.class::cast).orElse(null);
        if (deployment == null
                || Owners.marked(deployment)
                || deployment.spec() == null
                || deployment.spec().template() == null) {
            return Outcome.DONE;
        }
        try {
            Rolling.of(deployment.spec());
        } catch (IllegalArgumentException e) {
            context.event(deployment, "Warning", "InvalidStrategy", e.getMessage());
            return Outcome.DONE;
        }
        TenantId tenant = object.tenant();
        Revisions revisions = Revisions.of(context, tenant, deployment);
        if (Rollback.asked(deployment)) {
            Rollback.perform(context, tenant, deployment, revisions);
            return new Outcome.Again(Duration.ZERO);
        }
        boolean waits = step(context, tenant, deployment, revisions);
        return report(context, object, waits);
    }

    /** @return whether something must be looked at again though nothing may change that triggers it */
    private static boolean step(
            ControllerContext context, TenantId tenant, Deployment deployment, Revisions revisions) {
        if (Scaling.wantedChanged(deployment, revisions)) {
            for (Scaling.Step s : Scaling.proportional(deployment, revisions)) {
                scale(context, tenant, deployment, s);
            }
            return false;
        }
        if (Boolean.TRUE.equals(deployment.spec().paused())) {
            return false;
        }
        if (Rolling.recreates(deployment.spec())) {
            return recreate(context, tenant, deployment, revisions);
        }
        ReplicaSet current = current(context, tenant, deployment, revisions);
        Optional<Scaling.Step> grow = Scaling.growCurrent(deployment, current, revisions.old());
        if (grow.isPresent()) {
            current = scale(context, tenant, deployment, grow.get());
        }
        for (Scaling.Step s : Scaling.shrinkOld(deployment, current, revisions.old())) {
            scale(context, tenant, deployment, s);
        }
        return false;
    }

    private static boolean recreate(
            ControllerContext context, TenantId tenant, Deployment deployment, Revisions revisions) {
        boolean old = false;
        for (ReplicaSet s : revisions.old()) {
            if (Scaling.size(s) > 0) {
                scale(context, tenant, deployment, new Scaling.Step(s, 0));
            }
            old |= OwnedPods.of(context, tenant, s).stream().anyMatch(p -> !PodState.ended(p));
        }
        if (old) {
            return true;
        }
        ReplicaSet current = current(context, tenant, deployment, revisions);
        int wanted = Rolling.wanted(deployment.spec());
        if (Scaling.size(current) != wanted) {
            scale(context, tenant, deployment, new Scaling.Step(current, wanted));
        }
        return false;
    }

    /** The replica set of the deployment's template: made if there is none, with its revision brought to the top. */
    private static ReplicaSet current(
            ControllerContext context, TenantId tenant, Deployment deployment, Revisions revisions) {
        if (revisions.current().isEmpty()) {
            return (ReplicaSet) context.create(tenant, revisions.fresh(deployment));
        }
        ReplicaSet set = revisions.current().get();
        Map<String, String> annotations = Revisions.annotations(
                deployment, revisions.currentNumber(), set.metadata().annotations());
        boolean sameReady = java.util.Objects.equals(
                set.spec().minReadySeconds(), deployment.spec().minReadySeconds());
        if (annotations.equals(set.metadata().annotations()) && sameReady) {
            return set;
        }
        ReplicaSet.Spec spec = set.spec();
        return (ReplicaSet) context.update(
                tenant,
                set.withMetadata(set.metadata().withAnnotations(annotations))
                        .withSpec(new ReplicaSet.Spec(
                                spec.replicas(),
                                spec.selector(),
                                spec.template(),
                                deployment.spec().minReadySeconds())));
    }

    private static ReplicaSet scale(
            ControllerContext context, TenantId tenant, Deployment deployment, Scaling.Step step) {
        ReplicaSet set = step.set();
        int from = Scaling.size(set);
        Map<String, String> annotations = Revisions.annotations(
                deployment, Revisions.number(set), set.metadata().annotations());
        if (from == step.replicas() && annotations.equals(set.metadata().annotations())) {
            return set;
        }
        ReplicaSet stored = (ReplicaSet) context.update(
                tenant,
                set.withMetadata(set.metadata().withAnnotations(annotations))
                        .withSpec(set.spec().withReplicas(step.replicas())));
        if (from != step.replicas()) {
            context.event(
                    deployment,
                    "Normal",
                    "ScalingReplicaSet",
                    "Scaled " + (step.replicas() > from ? "up" : "down") + " replica set "
                            + set.metadata().name() + " from " + from + " to " + step.replicas());
        }
        return stored;
    }

    /** Revision and status of the deployment, and an end to the oldest of its history once the rollout is complete. */
    private static Outcome report(ControllerContext context, ResourceRef object, boolean waits) {
        Deployment deployment = context.get(object).map(Deployment.class::cast).orElse(null);
        if (deployment == null || deployment.spec() == null) {
            return Outcome.DONE;
        }
        TenantId tenant = object.tenant();
        Revisions revisions = Revisions.of(context, tenant, deployment);
        if (revisions.current().isPresent()) {
            String number = Long.toString(Revisions.number(revisions.current().get()));
            if (!number.equals(deployment.metadata().annotations().get(Annotations.REVISION))) {
                Map<String, String> annotations =
                        new java.util.TreeMap<>(deployment.metadata().annotations());
                annotations.put(Annotations.REVISION, number);
                deployment = (Deployment) context.update(
                        tenant, deployment.withMetadata(deployment.metadata().withAnnotations(annotations)));
            }
        }
        Deployment.Status status = Progress.status(deployment, revisions, context.now());
        if (!status.equals(deployment.status())) {
            deployment = (Deployment) context.updateStatus(tenant, deployment.withStatus(status));
        }
        if (Progress.complete(deployment, status)) {
            forgetOld(context, deployment, revisions);
        }
        if (waits) {
            return new Outcome.Again(LOOK_AGAIN);
        }
        return Progress.untilDeadline(deployment, status, context.now())
                .<Outcome>map(Outcome.Again::new)
                .orElse(Outcome.DONE);
    }

    private static void forgetOld(ControllerContext context, Deployment deployment, Revisions revisions) {
        Integer limit = deployment.spec().revisionHistoryLimit();
        List<ReplicaSet> empty = revisions.old().stream()
                .filter(s -> !Owners.marked(s)
                        && Scaling.size(s) == 0
                        && (s.status() == null || s.status().replicas() == 0))
                .toList();
        int surplus = empty.size() - (limit == null ? DEFAULT_HISTORY : Math.max(0, limit));
        if (surplus > 0) {
            List<Resource> oldest =
                    empty.stream().limit(surplus).map(Resource.class::cast).toList();
            context.deleteAll(Kind.REPLICA_SET, oldest, DeleteOptions.DEFAULT);
        }
    }
}

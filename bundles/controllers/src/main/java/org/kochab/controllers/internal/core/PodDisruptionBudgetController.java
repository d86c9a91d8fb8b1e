package org.kochab.controllers.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta.OwnerReference;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.api.model.PodDisruptionBudget.Status;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StatefulSet;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Works out how many disruptions each budget allows. Evictions take theirs off in between; whoever was slower looks again. */
public final class PodDisruptionBudgetController implements Controller {
    @Override
    public String name() {
        return "disruption";
    }

    @Override
    public Kind kind() {
        return Kind.POD_DISRUPTION_BUDGET;
    }

    @Override
    public List<Kind> owns() {
        return List.of();
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        context.get(object)
                .map(PodDisruptionBudget.class::cast)
                .ifPresent(budget -> write(context, object.tenant(), budget));
        return Outcome.DONE;
    }

    static void write(ControllerContext context, TenantId tenant, PodDisruptionBudget budget) {
        Status status = status(context, tenant, budget);
        if (!status.equals(budget.status())) {
            context.updateStatus(tenant, budget.withStatus(status));
        }
    }

    private static Status status(ControllerContext context, TenantId tenant, PodDisruptionBudget budget) {
        List<Pod> pods = pods(context, tenant, budget);
        int expected = expected(context, tenant, pods);
        int healthy = (int) pods.stream().filter(PodState::ready).count();
        int desired = budget.spec() == null ? 0 : desired(budget.spec(), expected);
        int allowed = expected == 0 ? 0 : Math.max(0, healthy - desired);
        return new Status(allowed, healthy, desired, expected, budget.metadata().generation());
    }

    private static int desired(PodDisruptionBudget.Spec spec, int expected) {
        if (spec.minAvailable() != null) {
            return Rolling.share(spec.minAvailable(), expected, true);
        }
        return spec.maxUnavailable() == null
                ? expected
                : Math.max(0, expected - Rolling.share(spec.maxUnavailable(), expected, true));
    }

    private static List<Pod> pods(ControllerContext context, TenantId tenant, PodDisruptionBudget budget) {
        List<Pod> pods = new ArrayList<>();
        if (budget.spec() != null && budget.spec().selector() != null) {
            for (Resource r : context.list(
                    tenant,
                    Kind.POD,
                    budget.metadata().namespace(),
                    budget.spec().selector())) {
                Pod pod = (Pod) r;
                if (PodState.active(pod)) {
                    pods.add(pod);
                }
            }
        }
        return pods;
    }

    /** What the pods' owners want; of pods that nobody scales, those that there are. */
    private static int expected(ControllerContext context, TenantId tenant, List<Pod> pods) {
        Map<String, List<Pod>> byOwner = new TreeMap<>();
        int expected = 0;
        for (Pod pod : pods) {
            Optional<OwnerReference> owner = Owners.controllerOf(pod);
            if (owner.isPresent()) {
                byOwner.computeIfAbsent(owner.get().uid(), uid -> new ArrayList<>())
                        .add(pod);
            } else {
                expected++;
            }
        }
        // Of a deployment that is being rolled out there are several sets.
        Map<String, Integer> wanted = new TreeMap<>();
        for (List<Pod> owned : byOwner.values()) {
            Optional<Resource> scaled = scaled(context, tenant, owned.get(0));
            if (scaled.isPresent()) {
                wanted.put(String.valueOf(scaled.get().metadata().uid()), replicas(scaled.get()));
            } else {
                expected += owned.size();
            }
        }
        return expected + wanted.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Who says how many of the pod there are to be: its set, or the deployment that the set belongs to. */
    private static Optional<Resource> scaled(ControllerContext context, TenantId tenant, Pod pod) {
        return owner(context, tenant, pod, List.of(Kind.REPLICA_SET, Kind.STATEFUL_SET))
                .map(set ->
                        owner(context, tenant, set, List.of(Kind.DEPLOYMENT)).orElse(set));
    }

    private static Optional<Resource> owner(
            ControllerContext context, TenantId tenant, Resource dependent, List<Kind> kinds) {
        return Owners.controllerOf(dependent).flatMap(owner -> kinds.stream()
                .filter(kind -> kind.name().equals(owner.kind()))
                .findFirst()
                .map(kind -> new ResourceRef(tenant, kind, dependent.metadata().namespace(), owner.name()))
                .flatMap(context::get)
                .filter(found -> owner.uid().equals(found.metadata().uid())));
    }

    private static int replicas(Resource scaled) {
        Integer replicas = null;
        if (scaled instanceof Deployment d && d.spec() != null) {
            replicas = d.spec().replicas();
        } else if (scaled instanceof ReplicaSet s && s.spec() != null) {
            replicas = s.spec().replicas();
        } else if (scaled instanceof StatefulSet s && s.spec() != null) {
            replicas = s.spec().replicas();
        }
        return replicas == null ? 1 : replicas;
    }
}

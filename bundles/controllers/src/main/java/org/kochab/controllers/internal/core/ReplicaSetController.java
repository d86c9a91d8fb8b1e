package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Keeps the wanted number of pods of a replica set. */
public final class ReplicaSetController implements Controller {
    /** Pods created or deleted in one call; the rest follows in the next, so that one large set does not hold up the others. */
    static final int MOST_AT_ONCE = 5_000;

    /** While pods are refused, for lack of quota for example, one is enough to find out whether they still are. */
    static final int MOST_AFTER_FAILURE = 1;

    /** Ended pods kept for their logs and status; older ones go. */
    static final int ENDED_KEPT = 5;

    private static final String FAILURE = "ReplicaFailure";

    @Override
    public String name() {
        return "replicaset";
    }

    @Override
    public Kind kind() {
        return Kind.REPLICA_SET;
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
        ReplicaSet set = context.get(object).map(ReplicaSet.class::cast).orElse(null);
        if (set == null
                || Owners.marked(set)
                || set.spec() == null
                || set.spec().template() == null) {
            return Outcome.DONE;
        }
        TenantId tenant = object.tenant();
        List<Pod> pods = OwnedPods.of(context, tenant, set);
        if (adopt(context, tenant, set, pods)) {
            pods = OwnedPods.of(context, tenant, set);
        }
        removeEnded(context, pods);
        List<Pod> active = new ArrayList<>(pods.size());
        pods.stream().filter(PodState::active).forEach(active::add);
        int missing = wanted(set) - active.size();
        Optional<ResourceService.Outcome.Refused> refused = Optional.empty();
        if (missing > 0) {
            int most = hasFailed(set) ? MOST_AFTER_FAILURE : MOST_AT_ONCE;
            refused = OwnedPods.create(
                    context, tenant, set, Collections.nCopies(Math.min(missing, most), podOf(set)), active);
            missing = wanted(set) - active.size();
        } else if (missing < 0) {
            shrink(context, set, active, Math.min(-missing, MOST_AT_ONCE));
            active.clear();
            OwnedPods.of(context, tenant, set).stream().filter(PodState::active).forEach(active::add);
        }
        Optional<Duration> next = report(context, tenant, set, active, refused);
        if (refused.isPresent()) {
            throw OwnedPods.failure(object, refused.get());
        }
        if (missing > 0 || -missing > MOST_AT_ONCE) {
            return new Outcome.Again(Duration.ZERO);
        }
        return next.<Outcome>map(Outcome.Again::new).orElse(Outcome.DONE);
    }

    static int wanted(ReplicaSet set) {
        ReplicaSet.Spec spec = set.spec();
        return spec == null || spec.replicas() == null ? 1 : Math.max(0, spec.replicas());
    }

    /**
     * Takes over pods without owner that match, and lets go of own pods that match no longer. Pods are looked for
     * when the set is new or changed; {@link PodAdoption} sees to pods that change later.
     *
     * @return whether a pod came or went
     */
    private static boolean adopt(ControllerContext context, TenantId tenant, ReplicaSet set, List<Pod> pods) {
        var selector = set.spec() == null ? null : set.spec().selector();
        if (selector == null) {
            return false;
        }
        boolean changed = false;
        for (Pod pod : pods) {
            if (!Owners.marked(pod) && !selector.matches(pod.metadata().labels())) {
                context.update(
                        tenant,
                        Owners.without(pod, String.valueOf(set.metadata().uid())));
                changed = true;
            }
        }
        ReplicaSet.Status status = set.status();
        if (Generations.isSeen(set, status == null ? null : status.observedGeneration())) {
            return changed;
        }
        return PodAdoption.adoptAll(context, tenant, set, selector, pod -> true) || changed;
    }

    private static void removeEnded(ControllerContext context, List<Pod> pods) {
        List<Resource> old = pods.stream()
                .filter(p -> PodState.ended(p) && !Owners.marked(p))
                .sorted(Comparator.comparing(PodState::created).reversed())
                .skip(ENDED_KEPT)
                .limit(MOST_AT_ONCE)
                .map(Resource.class::cast)
                .toList();
        if (!old.isEmpty()) {
            context.deleteAll(Kind.POD, old, DeleteOptions.DEFAULT);
        }
    }

    private static boolean hasFailed(ReplicaSet set) {
        return set.status() != null && set.status().conditions().stream().anyMatch(c -> FAILURE.equals(c.type()));
    }

    private static Pod podOf(ReplicaSet set) {
        Pod.Template template = set.spec().template();
        return OwnedPods.fresh(set, set.metadata().name() + "-", template, new TreeMap<>(), template.spec());
    }

    private static void shrink(ControllerContext context, ReplicaSet set, List<Pod> active, int count) {
        List<Pod> out = PodState.inOrderOfDeletion(active).stream().limit(count).toList();
        OwnedPods.delete(context, set, out);
    }

    /** Brings the status up to date. @return when a pod becomes available by the mere passing of time */
    private static Optional<Duration> report(
            ControllerContext context,
            TenantId tenant,
            ReplicaSet set,
            List<Pod> active,
            Optional<ResourceService.Outcome.Refused> refused) {
        Instant now = context.now();
        var templateLabels = Templates.meta(set.spec().template()).labels();
        int labeled = 0;
        int ready = 0;
        int available = 0;
        Duration next = null;
        for (Pod p : active) {
            if (p.metadata().labels().entrySet().containsAll(templateLabels.entrySet())) {
                labeled++;
            }
            Optional<Duration> wait = PodState.untilAvailable(p, set.spec().minReadySeconds(), now);
            if (wait.isPresent()) {
                ready++;
                if (wait.get().isZero()) {
                    available++;
                } else if (next == null || wait.get().compareTo(next) < 0) {
                    next = wait.get();
                }
            }
        }
        ReplicaSet.Status before = set.status();
        List<Condition> old = before == null ? List.of() : before.conditions();
        List<Condition> conditions = refused.map(
                        r -> Conditions.with(old, FAILURE, "True", "FailedCreate", r.message(), now))
                .orElseGet(() -> Conditions.without(old, FAILURE));
        var after = new ReplicaSet.Status(
                active.size(), labeled, ready, available, set.metadata().generation(), conditions);
        if (!after.equals(before)) {
            context.updateStatus(tenant, set.withStatus(after));
        }
        return Optional.ofNullable(next);
    }
}

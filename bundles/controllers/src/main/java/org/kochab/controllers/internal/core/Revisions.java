package org.kochab.controllers.internal.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.spi.controller.ControllerContext;

/**
 * A deployment's replica sets: one a template it ever had.
 *
 * @param current the one with the deployment's template, if it exists
 * @param old all others, oldest first
 */
record Revisions(Optional<ReplicaSet> current, List<ReplicaSet> old) {
    private static final Comparator<ReplicaSet> OLDEST_FIRST = Comparator.<ReplicaSet>comparingLong(Revisions::number)
            .thenComparing(s -> s.metadata().creationTimestamp(), Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(s -> String.valueOf(s.metadata().name()));

    /**
     * Reads them, after letting go of those that match no longer and taking over those without owner that match. The search for the latter
     * goes over the namespace, so it is done only when the deployment is new or changed, or lacks the replica set it needs.
     */
    static Revisions of(ControllerContext context, TenantId tenant, Deployment deployment) {
        LabelSelector selector = deployment.spec().selector();
        String uid = String.valueOf(deployment.metadata().uid());
        List<ReplicaSet> mine = new ArrayList<>();
        for (Resource r : context.dependents(tenant, Kind.REPLICA_SET, uid)) {
            var set = (ReplicaSet) r;
            if (!Owners.controls(deployment, set)) {
                continue;
            }
            if (Owners.marked(set)
                    || selector == null
                    || selector.matches(set.metadata().labels())) {
                mine.add(set);
            } else {
                context.update(tenant, Owners.without(set, uid));
            }
        }
        Revisions found = divide(deployment, mine);
        if (selector == null || found.current().isPresent() && seen(deployment)) {
            return found;
        }
        List<ReplicaSet> adopted = adopt(context, tenant, deployment, selector);
        mine.addAll(adopted);
        return adopted.isEmpty() ? found : divide(deployment, mine);
    }

    /** Whether the status is of the spec as it is now. */
    static boolean seen(Deployment deployment) {
        Deployment.Status status = deployment.status();
        return Generations.isSeen(deployment, status == null ? null : status.observedGeneration());
    }

    private static List<ReplicaSet> adopt(
            ControllerContext context, TenantId tenant, Deployment deployment, LabelSelector selector) {
        List<ReplicaSet> adopted = new ArrayList<>();
        for (Resource r :
                context.list(tenant, Kind.REPLICA_SET, deployment.metadata().namespace(), selector)) {
            if (!Owners.marked(r) && Owners.controllerOf(r).isEmpty()) {
                List<ObjectMeta.OwnerReference> owners =
                        new ArrayList<>(r.metadata().ownerReferences());
                owners.add(Owners.controlledBy(deployment));
                adopted.add((ReplicaSet)
                        context.update(tenant, r.withMetadata(r.metadata().withOwners(owners))));
            }
        }
        return adopted;
    }

    /** The current one is found by its template; by its hash only if none has the template. */
    static Revisions divide(Deployment deployment, List<ReplicaSet> mine) {
        List<ReplicaSet> sorted = mine.stream().sorted(OLDEST_FIRST).toList();
        Pod.Template template = deployment.spec().template();
        String hash = Templates.hash(template);
        Optional<ReplicaSet> current = sorted.stream()
                .filter(s -> !Owners.marked(s) && s.spec() != null && s.spec().template() != null)
                .filter(s -> Templates.same(s.spec().template(), template))
                .findFirst()
                .or(() -> sorted.stream()
                        .filter(s -> !Owners.marked(s)
                                && hash.equals(s.metadata().labels().get(Annotations.POD_TEMPLATE_HASH)))
                        .findFirst());
        return new Revisions(
                current,
                sorted.stream()
                        .filter(s -> current.isEmpty() || s != current.get())
                        .toList());
    }

    static long number(ReplicaSet set) {
        String text = set.metadata().annotations().get(Annotations.REVISION);
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    List<ReplicaSet> all() {
        List<ReplicaSet> all = new ArrayList<>(old);
        current.ifPresent(all::add);
        return all;
    }

    /** The number the current template has or is to get: above all old ones. */
    long currentNumber() {
        long highest = old.stream().mapToLong(Revisions::number).max().orElse(0);
        long mine = current.map(Revisions::number).orElse(0L);
        return mine > highest ? mine : highest + 1;
    }

    /** The replica set that the deployment's template needs, not yet stored, without pods. */
    ReplicaSet fresh(Deployment deployment) {
        Deployment.Spec spec = deployment.spec();
        String hash = Templates.hash(spec.template());
        LabelSelector selector = spec.selector() == null
                ? new LabelSelector(Templates.plainLabels(spec.template()), List.of())
                : spec.selector();
        Map<String, String> match = new TreeMap<>(selector.matchLabels());
        match.put(Annotations.POD_TEMPLATE_HASH, hash);
        Pod.Template template = Templates.withHash(spec.template(), hash);
        ObjectMeta meta = deployment.metadata();
        ObjectMeta blank = Templates.blank()
                .withName(meta.name() + "-" + hash)
                .withPlace(meta.tenant(), meta.namespace())
                .withLabels(Templates.meta(template).labels())
                .withAnnotations(annotations(deployment, currentNumber(), new TreeMap<>()))
                .withOwner(Owners.controlledBy(deployment));
        return new ReplicaSet(
                Kind.REPLICA_SET.apiVersion(),
                Kind.REPLICA_SET.name(),
                blank,
                new ReplicaSet.Spec(
                        0, new LabelSelector(match, selector.matchExpressions()), template, spec.minReadySeconds()),
                null);
    }

    static Map<String, String> annotations(Deployment deployment, long revision, Map<String, String> from) {
        Map<String, String> annotations = new TreeMap<>(from);
        annotations.put(Annotations.REVISION, Long.toString(revision));
        annotations.put(Annotations.DESIRED_REPLICAS, Integer.toString(Rolling.wanted(deployment.spec())));
        String cause = deployment.metadata().annotations().get(Annotations.CHANGE_CAUSE);
        if (cause != null) {
            annotations.put(Annotations.CHANGE_CAUSE, cause);
        }
        return annotations;
    }
}

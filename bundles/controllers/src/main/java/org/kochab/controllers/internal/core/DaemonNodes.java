package org.kochab.controllers.internal.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodSpec.Toleration;

/** Which nodes a daemon set is for, and how its pods are tied to them. */
final class DaemonNodes {
    private static final String NAME = "metadata.name";
    private static final String NO_SCHEDULE = "NoSchedule";
    private static final String NO_EXECUTE = "NoExecute";

    /** As in Kubernetes: a daemon's node may be in any state. */
    private static final List<Toleration> ALWAYS = List.of(
            tolerated("node.kubernetes.io/not-ready", NO_EXECUTE),
            tolerated("node.kubernetes.io/unreachable", NO_EXECUTE),
            tolerated("node.kubernetes.io/disk-pressure", NO_SCHEDULE),
            tolerated("node.kubernetes.io/memory-pressure", NO_SCHEDULE),
            tolerated("node.kubernetes.io/pid-pressure", NO_SCHEDULE),
            tolerated("node.kubernetes.io/unschedulable", NO_SCHEDULE));

    private static final Toleration NO_NETWORK = tolerated("node.kubernetes.io/network-unavailable", NO_SCHEDULE);

    /** What a node means to a daemon set. */
    enum Fit {
        /** It is to have a pod. */
        WANTED,
        /** It is to have none, but one that is there may stay. */
        TOLERATED,
        /** It is to have none. */
        UNFIT
    }

    private final PodSpec pod;

    /** @param template the spec of the set's template */
    DaemonNodes(PodSpec template) {
        List<Toleration> tolerations = new ArrayList<>(template.tolerations());
        ALWAYS.stream().filter(t -> !tolerations.contains(t)).forEach(tolerations::add);
        if (Boolean.TRUE.equals(template.hostNetwork()) && !tolerations.contains(NO_NETWORK)) {
            tolerations.add(NO_NETWORK);
        }
        this.pod = template.toBuilder().tolerations(tolerations).build();
    }

    private static Toleration tolerated(String key, String effect) {
        return new Toleration(key, "Exists", null, effect, null);
    }

    /** Cordoned nodes, and those that do not answer, are wanted like the others. */
    Fit fit(Node node) {
        if (!selects(node)) {
            return Fit.UNFIT;
        }
        boolean fits = runs(node);
        for (Node.Taint taint :
                node.spec() == null ? List.<Node.Taint>of() : node.spec().taints()) {
            if (pod.tolerations().stream().noneMatch(t -> t.tolerates(taint))) {
                if (NO_EXECUTE.equals(taint.effect())) {
                    return Fit.UNFIT;
                }
                fits &= !NO_SCHEDULE.equals(taint.effect());
            }
        }
        return fits ? Fit.WANTED : Fit.TOLERATED;
    }

    private boolean selects(Node node) {
        if (!node.metadata().labels().entrySet().containsAll(pod.nodeSelector().entrySet())) {
            return false;
        }
        PodSpec.NodeSelector required = required(pod);
        return required == null || required.nodeSelectorTerms().stream().anyMatch(t -> matches(t, node));
    }

    private static PodSpec.@Nullable NodeSelector required(PodSpec spec) {
        PodSpec.Affinity affinity = spec.affinity();
        return affinity == null || affinity.nodeAffinity() == null
                ? null
                : affinity.nodeAffinity().requiredDuringSchedulingIgnoredDuringExecution();
    }

    /** A term without any expression or field matches nothing. */
    private static boolean matches(PodSpec.NodeSelectorTerm term, Node node) {
        boolean some = !term.matchExpressions().isEmpty() || !term.matchFields().isEmpty();
        return some
                && term.matchExpressions().stream()
                        .allMatch(e -> e.matches(node.metadata().labels()))
                && term.matchFields().stream()
                        .allMatch(f -> NAME.equals(f.key())
                                && f.matches(Collections.singletonMap(
                                        NAME, String.valueOf(node.metadata().name()))));
    }

    /** Whether it has proven the runtime of the pods. */
    private boolean runs(Node node) {
        return node.status() != null
                && node.status().runtimes().stream()
                        .anyMatch(r -> r.ok() && r.kind().equals(pod.runtimeKind()));
    }

    /** What the pod of a node is to be: for the scheduler there is no other node. */
    PodSpec on(String node) {
        PodSpec.Affinity affinity = pod.affinity();
        PodSpec.NodeAffinity nodes = affinity == null ? null : affinity.nodeAffinity();
        var only = new PodSpec.NodeSelector(List.of(new PodSpec.NodeSelectorTerm(
                List.of(), List.of(new LabelSelector.Requirement(NAME, "In", List.of(node))))));
        return pod.toBuilder()
                .affinity(new PodSpec.Affinity(
                        new PodSpec.NodeAffinity(
                                only,
                                nodes == null ? List.of() : nodes.preferredDuringSchedulingIgnoredDuringExecution()),
                        affinity == null ? null : affinity.podAffinity(),
                        affinity == null ? null : affinity.podAntiAffinity()))
                .build();
    }

    /** The node that a pod has or is for; empty if it is for none in particular. */
    static Optional<String> of(Pod pod) {
        if (pod.spec() == null) {
            return Optional.empty();
        }
        if (pod.spec().nodeName() != null) {
            return Optional.of(pod.spec().nodeName());
        }
        PodSpec.NodeSelector required = required(pod.spec());
        return required == null
                ? Optional.empty()
                : required.nodeSelectorTerms().stream()
                        .flatMap(t -> t.matchFields().stream())
                        .filter(f -> NAME.equals(f.key()) && f.values().size() == 1)
                        .map(f -> f.values().get(0))
                        .findFirst();
    }
}

package org.kochab.shell.internal.command;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Option;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StatefulSet;
import org.kochab.api.resource.Query;
import org.kochab.resourcetext.PodLine;
import org.kochab.shell.internal.core.Failure;

/** A command on a container of a pod, done on the pod's node. */
abstract class ContainerCommand extends OnNodeCommand {
    private static final int MOST = 10_000;

    @Option(name = "-c", aliases = "--container", description = "Container; the pod's only one if not given")
    @Nullable
    String container;

    /** Where a container runs. */
    record Place(String podUid, String container, String node) {}

    /** @param target a pod's name, {@code pod/NAME}, or {@code deployment/NAME}, {@code replicaset/NAME} or {@code job/NAME} for one of its pods */
    final Place place(String target) {
        Pod pod = pod(target);
        String name = String.valueOf(pod.metadata().name());
        String node = pod.spec() == null ? null : pod.spec().nodeName();
        if (node == null) {
            throw new Failure("Pod " + name + " has no node yet: kochab:pod-explain " + name + " says why");
        }
        List<String> all = pod.spec().tasks().stream().map(Container::name).toList();
        String which = container;
        if (which == null) {
            if (all.size() > 1) {
                throw new Failure(
                        "Pod " + name + " has several containers: name one with -c: " + String.join(", ", all));
            }
            which = all.get(0);
        } else if (!all.contains(which)
                && pod.spec().initContainers().stream().noneMatch(c -> c.name().equals(container))) {
            throw new Failure("Pod " + name + " has no container " + which + ", but " + String.join(", ", all));
        }
        return new Place(String.valueOf(pod.metadata().uid()), which, node);
    }

    private Pod pod(String target) {
        int slash = target.indexOf('/');
        Kind kind = slash < 0 ? Kind.POD : kind(target.substring(0, slash));
        Resource named = get(kind, target.substring(slash + 1));
        if (named instanceof Pod p) {
            return p;
        }
        LabelSelector selector = selector(named)
                .orElseThrow(() ->
                        new Failure("A " + kind.name() + " has no pods: name a pod, a deployment, a set or a job"));
        Query query = Query.namespace(scope().namespace()).withLabels(selector);
        return list(scope().tenant(), Kind.POD, query, MOST).items().stream()
                .map(Pod.class::cast)
                .min(Comparator.comparing((Pod p) -> !PodLine.of(p).status().equals("Running"))
                        .thenComparing(p -> p.spec() == null || p.spec().nodeName() == null)
                        .thenComparing(p -> String.valueOf(p.metadata().name())))
                .orElseThrow(() -> new Failure(kind.name() + " "
                        + named.metadata().name() + " has no pods yet: kochab:describe " + target + " says why"));
    }

    /** What selects the pods of a workload; empty if it is none. */
    private static Optional<LabelSelector> selector(Resource workload) {
        if (workload instanceof Deployment d && d.spec() != null) {
            return Optional.ofNullable(d.spec().selector());
        } else if (workload instanceof ReplicaSet s && s.spec() != null) {
            return Optional.ofNullable(s.spec().selector());
        } else if (workload instanceof StatefulSet s && s.spec() != null) {
            return Optional.ofNullable(s.spec().selector());
        } else if (workload instanceof DaemonSet s && s.spec() != null) {
            return Optional.ofNullable(s.spec().selector());
        } else if (workload instanceof Job j && j.spec() != null) {
            return Optional.ofNullable(j.spec().selector());
        }
        return Optional.empty();
    }
}

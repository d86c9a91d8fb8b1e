package org.kochab.controllers.internal.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Job;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.StatefulSet;

/** Objects that tests begin with. */
final class Sample {
    static final Map<String, String> LABELS = Map.of("app", "web");

    private Sample() {}

    static Pod.Template template(String image) {
        return new Pod.Template(Templates.blank().withLabels(LABELS), podSpec(image));
    }

    static PodSpec podSpec(String image) {
        var container = Container.builder().name("c").image(image).build();
        return PodSpec.builder().containers(List.of(container)).build();
    }

    static ObjectMeta meta(String name) {
        return ObjectMeta.named(name).withPlace(World.T.value(), "default");
    }

    static Pod pod(String name) {
        return new Pod("v1", "Pod", meta(name).withLabels(LABELS), podSpec("web:1"), null);
    }

    static ReplicaSet replicaSet(int replicas) {
        var spec = new ReplicaSet.Spec(replicas, new LabelSelector(LABELS, null), template("web:1"), null);
        return new ReplicaSet("apps/v1", "ReplicaSet", meta("web"), spec, null);
    }

    static StatefulSet statefulSet(int replicas, String image, @Nullable String policy, int partition) {
        var spec = new StatefulSet.Spec(
                replicas,
                new LabelSelector(LABELS, null),
                template(image),
                null,
                policy,
                new StatefulSet.UpdateStrategy(StatefulSet.ROLLING_UPDATE, new StatefulSet.RollingUpdate(partition)),
                null,
                null,
                null);
        return new StatefulSet("apps/v1", "StatefulSet", meta("db"), spec, null);
    }

    static DaemonSet daemonSet(String image, @Nullable String maxUnavailable) {
        return daemonSet(podSpec(image), maxUnavailable);
    }

    static DaemonSet daemonSet(PodSpec pod, @Nullable String maxUnavailable) {
        var spec = new DaemonSet.Spec(
                new LabelSelector(LABELS, null),
                new Pod.Template(Templates.blank().withLabels(LABELS), pod),
                new DaemonSet.UpdateStrategy(DaemonSet.ROLLING_UPDATE, new DaemonSet.RollingUpdate(maxUnavailable)),
                null,
                null);
        return new DaemonSet("apps/v1", "DaemonSet", meta("logs"), spec, null);
    }

    /** One that answers and runs containers. */
    static Node node(String name, Node.Taint... taints) {
        return node(name, "Ready", taints);
    }

    static Node node(String name, String phase, Node.Taint... taints) {
        var runtimes = List.of(new Node.Runtime("oci", true, null, List.of()));
        var status = new Node.Status(phase, null, null, null, null, null, runtimes, null, null);
        return new Node("v1", "Node", ObjectMeta.named(name), new Node.Spec(null, List.of(taints)), status);
    }

    static Job job(@Nullable Integer completions, int parallelism, @Nullable String mode) {
        return job(new Job.Spec(parallelism, completions, mode, 2, null, null, null, null, template("work:1")));
    }

    static Job job(Job.Spec spec) {
        return new Job("batch/v1", "Job", meta("sum"), spec, null);
    }

    static Deployment deployment(int replicas, String image) {
        return deployment(new Deployment.Spec(
                replicas, new LabelSelector(LABELS, null), template(image), null, null, null, null, null));
    }

    static Deployment deployment(Deployment.Spec spec) {
        return new Deployment("apps/v1", "Deployment", meta("web"), spec, null);
    }

    static Deployment.Strategy rolling(String surge, String unavailable) {
        return new Deployment.Strategy("RollingUpdate", new Deployment.RollingUpdate(surge, unavailable));
    }

    static Deployment.Spec withStrategy(Deployment.Spec s, Deployment.Strategy strategy) {
        return new Deployment.Spec(
                s.replicas(),
                s.selector(),
                s.template(),
                strategy,
                s.minReadySeconds(),
                s.revisionHistoryLimit(),
                s.paused(),
                s.progressDeadlineSeconds());
    }

    static Deployment.Spec withPaused(Deployment.Spec s, boolean paused) {
        return new Deployment.Spec(
                s.replicas(),
                s.selector(),
                s.template(),
                s.strategy(),
                s.minReadySeconds(),
                s.revisionHistoryLimit(),
                paused,
                s.progressDeadlineSeconds());
    }

    static Deployment.Spec withHistory(Deployment.Spec s, int limit) {
        return new Deployment.Spec(
                s.replicas(),
                s.selector(),
                s.template(),
                s.strategy(),
                s.minReadySeconds(),
                limit,
                s.paused(),
                s.progressDeadlineSeconds());
    }
}

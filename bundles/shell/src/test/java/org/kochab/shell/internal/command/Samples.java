package org.kochab.shell.internal.command;

import java.util.List;
import java.util.Map;
import org.kochab.api.model.Container;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Tenant;

/** Resources that tests begin with. */
final class Samples {
    private Samples() {}

    static Tenant tenant(String name) {
        return new Tenant("kochab.org/v1", "Tenant", ObjectMeta.named(name), null, null);
    }

    static Pod pod(String name, String namespace) {
        ObjectMeta meta = ObjectMeta.named(name).withPlace(null, namespace).withLabels(Map.of("app", "web"));
        return new Pod("v1", "Pod", meta, spec(null, "c"), null);
    }

    static Pod podOn(String name, String node) {
        return pod(name, "default").withSpec(spec(node, "c"));
    }

    static Deployment deployment(String name, int replicas) {
        var spec = new Deployment.Spec(
                replicas,
                new LabelSelector(Map.of("app", name), null),
                new Pod.Template(ObjectMeta.named("x").withLabels(Map.of("app", name)), spec(null, "c")),
                null,
                null,
                null,
                null,
                null);
        return new Deployment("apps/v1", "Deployment", ObjectMeta.named(name).withPlace(null, "default"), spec, null);
    }

    static PodSpec spec(String node, String... containers) {
        List<Container> all = java.util.Arrays.stream(containers)
                .map(c -> Container.builder().name(c).image("web:1").build())
                .toList();
        return PodSpec.builder().containers(all).nodeName(node).build();
    }
}

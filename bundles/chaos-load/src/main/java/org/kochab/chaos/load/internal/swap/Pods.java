package org.kochab.chaos.load.internal.swap;

import java.util.List;
import java.util.Map;
import org.kochab.api.model.Container;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;

/** The run's pods: numbers in their names, four sizes. */
final class Pods {
    static final TenantId TENANT = new TenantId("default");
    static final String NAMESPACE = "default";

    private static final String PREFIX = "swap-";
    private static final int SIZES = 4;
    private static final int LEAST_CPU_MILLIS = 20;
    private static final int STEP_CPU_MILLIS = 10;

    private Pods() {}

    static Pod pod(int number) {
        String cpu = LEAST_CPU_MILLIS + STEP_CPU_MILLIS * (number % SIZES) + "m";
        Container container = Container.builder()
                .name("main")
                .command(List.of("sleep", "1"))
                .resources(new Container.Resources(Map.of("cpu", cpu, "memory", "50Mi"), Map.of()))
                .build();
        return new Pod(
                Kind.POD.apiVersion(),
                Kind.POD.name(),
                ObjectMeta.named(PREFIX + number).withPlace(null, NAMESPACE),
                PodSpec.builder()
                        .runtimeClassName("process")
                        .containers(List.of(container))
                        .build(),
                null);
    }

    /** -1 for a pod of another. */
    static int number(Resource pod) {
        String name = pod.metadata().name();
        return name.startsWith(PREFIX) ? Integer.parseInt(name.substring(PREFIX.length())) : -1;
    }
}

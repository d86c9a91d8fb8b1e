package org.kochab.gateway.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Pod;
import org.kochab.api.node.ResourceManager;
import org.kochab.gateway.internal.core.ApiError;

/** Where a container is, or a pod, and who can ask its node. */
record ContainerPlace(String podUid, String container, String node, ResourceManager manager) {
    /** Of the pod and, if it has several, the container that a request names. */
    static ContainerPlace of(Services services, Asked asked) {
        Pod pod = pod(services, asked);
        return of(services, asked, pod, container(pod, asked.request().parameter("container")));
    }

    /** Of the pod as a whole. */
    static ContainerPlace ofPod(Services services, Asked asked) {
        return of(services, asked, pod(services, asked), "");
    }

    private static Pod pod(Services services, Asked asked) {
        return services.resources().get(asked.ref()).map(Pod.class::cast).orElseThrow(asked::missing);
    }

    private static ContainerPlace of(Services services, Asked asked, Pod pod, String container) {
        String node = pod.spec() == null ? null : pod.spec().nodeName();
        if (node == null) {
            throw ApiError.badRequest("pod " + asked.name() + " has no node yet: its events say why");
        }
        ResourceManager manager = services.managers()
                .keeping(services.partitions(), node)
                .orElseThrow(() -> ApiError.unavailable(
                        "node " + node + " is not kept by a resource manager that can be reached now: try again"));
        return new ContainerPlace(String.valueOf(pod.metadata().uid()), container, node, manager);
    }

    private static String container(Pod pod, @Nullable String wanted) {
        List<String> names = new ArrayList<>();
        if (pod.spec() != null) {
            pod.spec().tasks().forEach(c -> names.add(c.name()));
        }
        if (wanted == null && names.size() == 1) {
            return names.get(0);
        } else if (wanted == null) {
            throw ApiError.badRequest("a container name must be specified for pod "
                    + pod.metadata().name() + ", choose one of: [" + String.join(" ", names) + "]");
        }
        List<Container> before = pod.spec() == null ? List.of() : pod.spec().initContainers();
        if (Stream.concat(names.stream(), before.stream().map(Container::name)).noneMatch(wanted::equals)) {
            throw ApiError.badRequest("container " + wanted + " is not valid for pod "
                    + pod.metadata().name());
        }
        return wanted;
    }
}

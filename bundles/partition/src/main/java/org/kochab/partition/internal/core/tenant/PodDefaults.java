package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodFunction;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.VirtualMachine;

/** Kubernetes' defaults of a pod. A spec that lacks nothing comes back as it is, so that pods of one template go on sharing theirs. */
final class PodDefaults {
    private static final long GRACE_SECONDS = 30;

    private PodDefaults() {}

    static PodSpec complete(PodSpec spec) {
        List<Container> containers = complete(spec.containers());
        List<Container> inits = complete(spec.initContainers());
        VirtualMachine machine = complete(spec.virtualMachine());
        PodFunction function = PodFunctionRules.complete(spec.function());
        if (containers == spec.containers()
                && machine == spec.virtualMachine()
                && function == spec.function()
                && inits == spec.initContainers()
                && spec.restartPolicy() != null
                && spec.terminationGracePeriodSeconds() != null) {
            return spec;
        }
        return spec.toBuilder()
                .containers(containers)
                .initContainers(inits)
                .restartPolicy(spec.restartPolicy() == null ? "Always" : spec.restartPolicy())
                .terminationGracePeriodSeconds(
                        spec.terminationGracePeriodSeconds() == null
                                ? GRACE_SECONDS
                                : spec.terminationGracePeriodSeconds())
                .virtualMachine(machine)
                .function(function)
                .build();
    }

    private static List<Container> complete(List<Container> containers) {
        List<Container> result = new ArrayList<>(containers.size());
        boolean changed = false;
        for (Container c : containers) {
            Container full = complete(c);
            changed |= full != c;
            result.add(full);
        }
        return changed ? result : containers;
    }

    private static @Nullable VirtualMachine complete(@Nullable VirtualMachine m) {
        if (m == null) {
            return null;
        }
        Container.@Nullable Resources resources = requests(m.resources());
        List<Container.Port> ports = ports(m.ports());
        return resources == m.resources() && ports == m.ports()
                ? m
                : new VirtualMachine(
                        m.name(),
                        m.image(),
                        resources,
                        ports,
                        m.userData(),
                        m.publicKey(),
                        m.powerSpec(),
                        m.shutdownBehavior());
    }

    private static Container complete(Container c) {
        Container.@Nullable Resources resources = requests(c.resources());
        List<Container.Port> ports = ports(c.ports());
        String pull = c.imagePullPolicy();
        if (pull == null && c.image() != null) {
            pull = isLatest(c.image()) ? "Always" : "IfNotPresent";
        }
        boolean samePull = pull == null ? c.imagePullPolicy() == null : pull.equals(c.imagePullPolicy());
        if (resources == c.resources() && ports == c.ports() && samePull) {
            return c;
        }
        return c.toBuilder()
                .imagePullPolicy(pull)
                .ports(ports)
                .resources(resources)
                .build();
    }

    /** A limit without a request asks for as much as the limit. */
    static Container.@Nullable Resources requests(Container.@Nullable Resources r) {
        if (r == null || r.requests().keySet().containsAll(r.limits().keySet())) {
            return r;
        }
        Map<String, String> requests = new TreeMap<>(r.limits());
        requests.putAll(r.requests());
        return new Container.Resources(requests, r.limits());
    }

    private static List<Container.Port> ports(List<Container.Port> ports) {
        if (ports.stream().allMatch(p -> p.protocol() != null)) {
            return ports;
        }
        return ports.stream()
                .map(p -> new Container.Port(
                        p.name(),
                        p.containerPort(),
                        p.hostPort(),
                        p.hostIP(),
                        p.protocol() == null ? "TCP" : p.protocol()))
                .toList();
    }

    private static boolean isLatest(String image) {
        if (image.indexOf('@') >= 0) {
            return false;
        }
        String last = image.substring(image.lastIndexOf('/') + 1);
        int colon = last.indexOf(':');
        return colon < 0 || last.substring(colon + 1).equals("latest");
    }
}

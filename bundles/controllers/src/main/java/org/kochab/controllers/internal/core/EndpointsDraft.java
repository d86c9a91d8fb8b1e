package org.kochab.controllers.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Endpoints;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Service;

/** Endpoints in the making: pods whose ports have the same numbers are one subset, pods in order of their names. */
final class EndpointsDraft {
    /** Pods by name, by whether they are ready. */
    private record Group(
            List<Endpoints.Port> ports, Map<String, Endpoints.Address> ready, Map<String, Endpoints.Address> others) {
        boolean isEmpty() {
            return ready.isEmpty() && others.isEmpty();
        }
    }

    private final Service service;
    private final Map<String, Group> groups = new TreeMap<>();

    EndpointsDraft(Service service, List<Endpoints.Subset> subsets) {
        this.service = service;
        for (Endpoints.Subset s : subsets) {
            Group group = group(s.ports());
            s.addresses().forEach(a -> group.ready.put(name(a), a));
            s.notReadyAddresses().forEach(a -> group.others.put(name(a), a));
        }
    }

    private Group group(List<Endpoints.Port> ports) {
        return groups.computeIfAbsent(ports.toString(), k -> new Group(ports, new TreeMap<>(), new TreeMap<>()));
    }

    private static String name(Endpoints.Address address) {
        return address.targetRef() == null ? address.ip() : address.targetRef().name();
    }

    void remove(String pod) {
        for (Group g : groups.values()) {
            g.ready.remove(pod);
            g.others.remove(pod);
        }
    }

    /** Unless it has no address, or has ended. */
    void add(Pod pod) {
        address(pod).ifPresent(ip -> {
            boolean all = Boolean.TRUE.equals(service.spec().publishNotReadyAddresses());
            Group group = group(ports(pod));
            (all || PodState.ready(pod) && !Owners.marked(pod) ? group.ready : group.others)
                    .put(String.valueOf(pod.metadata().name()), of(pod, ip));
        });
    }

    int size() {
        return groups.values().stream()
                .mapToInt(g -> g.ready.size() + g.others.size())
                .sum();
    }

    List<Endpoints.Subset> subsets() {
        return groups.values().stream()
                .filter(g -> !g.isEmpty())
                .map(g -> new Endpoints.Subset(List.copyOf(g.ready.values()), List.copyOf(g.others.values()), g.ports))
                .toList();
    }

    static Optional<String> address(Pod pod) {
        return PodState.ended(pod) || pod.status() == null
                ? Optional.empty()
                : Optional.ofNullable(pod.status().podIP()).filter(ip -> !ip.isEmpty());
    }

    private static Endpoints.Address of(Pod pod, String ip) {
        ObjectMeta meta = pod.metadata();
        return new Endpoints.Address(
                ip,
                pod.spec() == null ? null : pod.spec().hostname(),
                pod.spec() == null ? null : pod.spec().nodeName(),
                new Endpoints.Target(Kind.POD.name(), meta.namespace(), String.valueOf(meta.name()), meta.uid()));
    }

    private List<Endpoints.Port> ports(Pod pod) {
        List<Endpoints.Port> ports = new ArrayList<>();
        for (Service.Port p : service.spec().ports()) {
            String number = number(p, pod);
            if (number != null) {
                ports.add(new Endpoints.Port(p.name(), number, p.protocol()));
            }
        }
        return ports;
    }

    /** @return null if the pod has no port of that name */
    private static @Nullable String number(Service.Port port, Pod pod) {
        String target = port.targetPort() == null ? Integer.toString(port.port()) : port.targetPort();
        if (target.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return target;
        }
        return pod.spec() == null
                ? null
                : pod.spec().tasks().stream()
                        .flatMap(c -> c.ports().stream())
                        .filter(c -> target.equals(c.name()) && protocol(c).equals(port.protocol()))
                        .map(c -> Integer.toString(c.containerPort()))
                        .findFirst()
                        .orElse(null);
    }

    private static String protocol(Container.Port port) {
        return port.protocol() == null ? "TCP" : port.protocol();
    }
}

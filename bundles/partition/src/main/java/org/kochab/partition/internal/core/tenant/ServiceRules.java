package org.kochab.partition.internal.core.tenant;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Service;

final class ServiceRules implements KindRules<Service> {
    private static final String NO_ADDRESS = "None";
    private static final int MOST_PORTS = 100;

    @Override
    public Kind kind() {
        return Kind.SERVICE;
    }

    @Override
    public Service complete(Service wanted) {
        Service.Spec s = wanted.spec();
        if (s == null) {
            return wanted;
        }
        String type = s.type() == null ? "ClusterIP" : s.type();
        List<Service.Port> ports =
                s.ports().stream().map(ServiceRules::complete).toList();
        Service complete = wanted.withSpec(new Service.Spec(
                type,
                s.clusterIP() == null && !type.equals(Service.EXTERNAL_NAME) ? NO_ADDRESS : s.clusterIP(),
                s.selector(),
                ports,
                s.externalName(),
                s.sessionAffinity() == null ? NO_ADDRESS : s.sessionAffinity(),
                s.publishNotReadyAddresses()));
        return complete.equals(wanted) ? wanted : complete;
    }

    private static Service.Port complete(Service.Port p) {
        return new Service.Port(
                p.name(),
                p.protocol() == null ? "TCP" : p.protocol(),
                p.port(),
                p.targetPort() == null ? Integer.toString(p.port()) : p.targetPort(),
                p.nodePort());
    }

    @Override
    public void check(Service service, Problems problems) {
        if (service.metadata().name() != null) {
            // It is a host name.
            Names.label(service.metadata().name(), "metadata.name", problems);
        }
        Service.Spec s = service.spec();
        if (s == null) {
            problems.add("spec", "is required");
            return;
        }
        problems.oneOf(s.type(), "spec.type", "ClusterIP", "NodePort", "LoadBalancer", Service.EXTERNAL_NAME);
        problems.require(
                s.clusterIP() == null
                        || s.clusterIP().isEmpty()
                        || s.clusterIP().equals(NO_ADDRESS),
                "spec.clusterIP",
                "cannot be chosen: the platform gives no addresses to services; write None or leave it out");
        problems.oneOf(s.sessionAffinity(), "spec.sessionAffinity", NO_ADDRESS, "ClientIP");
        Names.labels(s.selector(), "spec.selector", problems);
        boolean external = Service.EXTERNAL_NAME.equals(s.type());
        if (external) {
            Names.subdomain(s.externalName(), "spec.externalName", problems);
        }
        problems.require(
                s.ports().size() <= MOST_PORTS,
                "spec.ports",
                "are more than " + MOST_PORTS + "; make several services");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < s.ports().size(); i++) {
            port(s.ports().get(i), s.ports().size() > 1, names, "spec.ports[" + i + "]", problems);
        }
    }

    private static void port(Service.Port p, boolean several, Set<String> names, String at, Problems problems) {
        if (several || p.name() != null) {
            Names.label(p.name(), at + ".name", problems);
            problems.require(names.add(String.valueOf(p.name())), at + ".name", "is there twice");
        }
        problems.oneOf(p.protocol(), at + ".protocol", "TCP", "UDP", "SCTP");
        number(p.port(), at + ".port", problems);
        Integer target = number(p.targetPort());
        if (target != null) {
            number(target, at + ".targetPort", problems);
        } else if (p.targetPort() != null) {
            Names.label(p.targetPort(), at + ".targetPort", problems);
        }
        if (p.nodePort() != null) {
            number(p.nodePort(), at + ".nodePort", problems);
        }
    }

    private static void number(int port, String at, Problems problems) {
        problems.require(port >= 1 && port <= 65_535, at, port + " is no port; write a number from 1 to 65535");
    }

    private static @Nullable Integer number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,9}") ? Integer.valueOf(text) : null;
    }

    @Override
    public void checkChange(Service current, Service wanted, Problems problems) {}

    @Override
    public Service merge(Service current, Service wanted) {
        return wanted.withStatus(current.status());
    }

    @Override
    public Service withStatusOf(Service current, Service other) {
        return current.withStatus(other.status());
    }

    @Override
    public Service fresh(Service wanted) {
        return wanted.withStatus(new Service.Status(new Service.LoadBalancer()));
    }

    @Override
    public boolean sameSpec(Service a, Service b) {
        return Objects.equals(a.spec(), b.spec());
    }

    @Override
    public boolean owner() {
        return true;
    }
}

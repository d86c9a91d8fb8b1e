package org.kochab.partition.internal.core.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.PodSpec;
import org.kochab.api.node.Claim;
import org.kochab.spi.scheduler.ClusterView.PlacedTerm;

/** Placed pods that look alike to other pods' placement, and how many of them are on each slot. */
final class PodClass {
    /** What makes them alike. */
    record Key(
            String tenant,
            String namespace,
            Map<String, String> labels,
            PodSpec.@Nullable PodAffinity affinity,
            PodSpec.@Nullable PodAffinity antiAffinity,
            List<HostPort> ports) {
        static Key of(Claim claim) {
            PodSpec spec = claim.spec();
            PodSpec.Affinity affinity = spec == null ? null : spec.affinity();
            return new Key(
                    claim.tenant(),
                    claim.namespace(),
                    claim.labels(),
                    affinity == null ? null : affinity.podAffinity(),
                    affinity == null ? null : affinity.podAntiAffinity(),
                    spec == null ? List.of() : hostPorts(spec));
        }
    }

    record HostPort(String protocol, int port) {}

    /** A term with what it selects. */
    record Carried(PlacedTerm term, List<String> namespaces, @Nullable LabelSelector selector) {
        boolean matches(String namespace, Map<String, String> labels) {
            return selector != null && namespaces.contains(namespace) && selector.matches(labels);
        }
    }

    final Key key;
    final List<Carried> terms;
    final SlotCounts pods = new SlotCounts();
    int claims;
    /** Where it stands in its namespace's list, and in its tenant's list of those with terms. */
    int position;

    int termPosition;

    PodClass(Key key) {
        this.key = key;
        this.terms = carried(key);
    }

    private static List<Carried> carried(Key key) {
        List<Carried> terms = new ArrayList<>();
        if (key.affinity() != null) {
            // A placed pod's required affinity draws its likes with the smallest weight: it cannot bind them.
            key.affinity()
                    .requiredDuringSchedulingIgnoredDuringExecution()
                    .forEach(t -> terms.add(carried(key, t, false, 1)));
            key.affinity()
                    .preferredDuringSchedulingIgnoredDuringExecution()
                    .forEach(t -> terms.add(carried(key, t.podAffinityTerm(), false, t.weight())));
        }
        if (key.antiAffinity() != null) {
            key.antiAffinity()
                    .requiredDuringSchedulingIgnoredDuringExecution()
                    .forEach(t -> terms.add(carried(key, t, true, -100)));
            key.antiAffinity()
                    .preferredDuringSchedulingIgnoredDuringExecution()
                    .forEach(t -> terms.add(carried(key, t.podAffinityTerm(), false, -t.weight())));
        }
        return List.copyOf(terms);
    }

    private static Carried carried(Key key, PodSpec.PodAffinityTerm term, boolean required, int weight) {
        return new Carried(
                new PlacedTerm(term.topologyKey(), required, weight),
                term.namespaces().isEmpty() ? List.of(key.namespace()) : term.namespaces(),
                term.labelSelector());
    }

    private static List<HostPort> hostPorts(PodSpec spec) {
        List<HostPort> ports = new ArrayList<>();
        for (Container container : spec.tasks()) {
            for (Container.Port port : container.ports()) {
                int held = port.hostPort() != null ? port.hostPort() : 0;
                if (held == 0 && Boolean.TRUE.equals(spec.hostNetwork())) {
                    held = port.containerPort();
                }
                if (held > 0) {
                    ports.add(new HostPort(port.protocol() == null ? "TCP" : port.protocol(), held));
                }
            }
        }
        return List.copyOf(ports);
    }
}

package org.kochab.partition.internal.core.view;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.ClusterView;

/** Placed pods by class: what other pods' spread, affinity and host ports ask about. */
final class PlacedPods {
    private record Home(String tenant, String namespace) {}

    private final Map<PodClass.Key, PodClass> classes = new HashMap<>();
    private final Map<Home, List<PodClass>> byHome = new HashMap<>();
    private final Map<String, List<PodClass>> withTerms = new HashMap<>();
    private final Map<PodClass.HostPort, SlotCounts> ports = new HashMap<>();

    /** Counts one pod of a class on a slot. */
    PodClass add(PodClass.Key key, int slot) {
        PodClass podClass = classes.get(key);
        if (podClass == null) {
            podClass = new PodClass(key);
            classes.put(key, podClass);
            List<PodClass> home =
                    byHome.computeIfAbsent(new Home(key.tenant(), key.namespace()), k -> new ArrayList<>());
            podClass.position = home.size();
            home.add(podClass);
            if (!podClass.terms.isEmpty()) {
                List<PodClass> terms = withTerms.computeIfAbsent(key.tenant(), k -> new ArrayList<>());
                podClass.termPosition = terms.size();
                terms.add(podClass);
            }
        }
        podClass.claims++;
        podClass.pods.add(slot, 1);
        for (PodClass.HostPort port : key.ports()) {
            ports.computeIfAbsent(port, k -> new SlotCounts()).add(slot, 1);
        }
        return podClass;
    }

    void remove(PodClass podClass, int slot) {
        PodClass.Key key = podClass.key;
        podClass.pods.add(slot, -1);
        for (PodClass.HostPort port : key.ports()) {
            SlotCounts counts = ports.get(port);
            counts.add(slot, -1);
            if (counts.isEmpty()) {
                ports.remove(port);
            }
        }
        if (--podClass.claims > 0) {
            return;
        }
        classes.remove(key);
        Home home = new Home(key.tenant(), key.namespace());
        if (takeOut(byHome.get(home), podClass.position, p -> p.position, (p, at) -> p.position = at)) {
            byHome.remove(home);
        }
        if (!podClass.terms.isEmpty()
                && takeOut(
                        withTerms.get(key.tenant()),
                        podClass.termPosition,
                        p -> p.termPosition,
                        (p, at) -> p.termPosition = at)) {
            withTerms.remove(key.tenant());
        }
    }

    private interface Position {
        void set(PodClass podClass, int at);
    }

    /** Moves the last into the gap. Returns whether the list is empty now. */
    private static boolean takeOut(List<PodClass> list, int at, ToIntFunction<PodClass> position, Position set) {
        PodClass last = list.remove(list.size() - 1);
        if (position.applyAsInt(last) != at) {
            list.set(at, last);
            set.set(last, at);
        }
        return list.isEmpty();
    }

    void pods(TenantId tenant, List<String> namespaces, LabelSelector labels, ClusterView.SlotCounter counter) {
        for (String namespace : namespaces) {
            for (PodClass podClass : byHome.getOrDefault(new Home(tenant.value(), namespace), List.of())) {
                if (labels.matches(podClass.key.labels())) {
                    podClass.pods.forEach(counter);
                }
            }
        }
    }

    void terms(TenantId tenant, String namespace, Map<String, String> labels, ClusterView.TermCounter counter) {
        for (PodClass podClass : withTerms.getOrDefault(tenant.value(), List.of())) {
            for (PodClass.Carried carried : podClass.terms) {
                if (carried.matches(namespace, labels)) {
                    podClass.pods.forEach(carried.term(), counter);
                }
            }
        }
    }

    BitSet withHostPort(String protocol, int port) {
        SlotCounts counts = ports.get(new PodClass.HostPort(protocol, port));
        return counts == null ? new BitSet() : counts.slots();
    }
}

package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** No node on which a port of the host that the pod wants is held already, on whatever address. */
public final class HostPorts implements PlacementFilter {
    /** A port of the host. */
    public record HostPort(String protocol, int port) {
        @Override
        public String toString() {
            return port + "/" + protocol;
        }
    }

    /** The ports that a pod holds on its host. */
    public static List<HostPort> of(PodSpec spec) {
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
        return ports;
    }

    @Override
    public String name() {
        return "host-ports";
    }

    @Override
    public int order() {
        return 70;
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        List<HostPort> wanted = of(context.group().spec());
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        BitSet taken = new BitSet();
        wanted.forEach(p -> taken.or(context.view().withHostPort(p.protocol(), p.port())));
        return Optional.of(new Ports(wanted, taken));
    }

    private record Ports(List<HostPort> wanted, BitSet taken) implements GroupFilter {
        @Override
        public void filter(BitSet candidates) {
            candidates.andNot(taken);
        }

        @Override
        public boolean changes() {
            return true;
        }

        @Override
        public void placed(int slot) {
            taken.set(slot);
        }

        @Override
        public boolean accepts(int slot) {
            return !taken.get(slot);
        }

        @Override
        public Refusal.Code code() {
            return Refusal.Code.UNFIT_NOW;
        }

        @Override
        public String reason(BitSet refused) {
            return Words.nodes(refused.cardinality(), "has", "have") + " one of the host ports " + wanted
                    + " in use already";
        }
    }
}

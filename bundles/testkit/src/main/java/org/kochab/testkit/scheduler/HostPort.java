package org.kochab.testkit.scheduler;

import java.util.List;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;

/** A port that a pod holds on its host. */
record HostPort(String protocol, int port) {
    static List<HostPort> of(PodSpec spec) {
        boolean onHost = Boolean.TRUE.equals(spec.hostNetwork());
        return spec.tasks().stream()
                .flatMap(c -> c.ports().stream())
                .map(p -> new HostPort(p.protocol() == null ? "TCP" : p.protocol(), held(p, onHost)))
                .filter(p -> p.port > 0)
                .toList();
    }

    private static int held(Container.Port port, boolean onHost) {
        if (port.hostPort() != null && port.hostPort() != 0) {
            return port.hostPort();
        }
        return onHost ? port.containerPort() : 0;
    }
}

package org.kochab.agent.internal.core;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.VirtualMachine;

/**
 * What of a container may change while it runs.
 *
 * @param power a machine's power state; null for what is no machine
 */
public record Sizing(Container.@Nullable Resources resources, @Nullable String power) {
    static Sizing of(Container container, @Nullable VirtualMachine machine) {
        return new Sizing(container.resources(), machine == null ? null : machine.power());
    }

    boolean isOff() {
        return VirtualMachine.SHUTDOWN.equals(power);
    }

    boolean isSuspended() {
        return VirtualMachine.SUSPENDED.equals(power);
    }

    /** Whether a machine is there and does nothing. */
    boolean isStill() {
        return VirtualMachine.PAUSED.equals(power) || isSuspended();
    }

    /** Whether a driver is told the same by both. Requests of what is no machine are for schedulers only. */
    boolean runsAs(Sizing other) {
        return equals(other) || power == null && other.power == null && limits().equals(other.limits());
    }

    private Map<String, String> limits() {
        return resources == null ? Collections.emptyMap() : resources.limits();
    }

    /** Whether the container has asked to be restarted for what differs. */
    boolean needsRestart(Sizing wanted, Container container) {
        return container.resizePolicy().stream()
                .anyMatch(p -> "RestartContainer".equals(p.restartPolicy())
                        && !Objects.equals(
                                limits().get(p.resourceName()), wanted.limits().get(p.resourceName())));
    }
}

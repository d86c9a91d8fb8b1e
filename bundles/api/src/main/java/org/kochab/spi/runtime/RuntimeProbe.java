package org.kochab.spi.runtime;

import java.util.List;

/**
 * Whether a driver works on this machine.
 *
 * @param reason what is missing and how to get it; empty if ok
 * @param limits the limits it can enforce: {@code cpu}, {@code memory}, {@code pids}
 */
public record RuntimeProbe(boolean ok, String reason, List<String> limits) {
    public RuntimeProbe {
        limits = List.copyOf(limits);
    }
}

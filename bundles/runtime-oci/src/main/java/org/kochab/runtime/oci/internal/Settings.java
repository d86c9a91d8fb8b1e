package org.kochab.runtime.oci.internal;

import java.nio.file.Path;
import java.util.List;

/**
 * How the driver is set up.
 *
 * @param directory where podman keeps this driver's images and containers; nobody else's podman sees them
 * @param images directory with OCI layouts and image archives that are loaded without a registry
 * @param subnet of the bridge that pods are on, as {@code 10.77.0.0/16}
 * @param bridge name of its network interface
 * @param publishAddress address of the node on which a {@code hostPort} without {@code hostIP} is published
 * @param registries where images named without a registry are looked for
 * @param pids most processes and threads of one container
 * @param logBytes size of a container's log at which it begins anew
 * @param privileged whether containers may ask to be privileged
 */
public record Settings(
        Path directory,
        Path images,
        String subnet,
        String bridge,
        String publishAddress,
        List<String> registries,
        long pids,
        long logBytes,
        boolean privileged) {
    public Settings {
        registries = List.copyOf(registries);
    }
}

package org.kochab.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The virtual machine of a pod that has one in place of containers.
 *
 * @param name as a container's
 * @param image name of a machine image on the node
 * @param resources memory and processors of the machine, of its limits or else its requests; {@code cpu} and {@code memory} may be changed while the
 *     pod runs
 * @param ports those with a {@code hostPort} can be reached from outside
 * @param userData what cloud-init in the guest is given, in base64; at most 65535 bytes
 * @param publicKey an SSH key that cloud-init lets in
 * @param powerSpec {@code Running} (also when null), {@code Paused}, {@code Suspended} or {@code Shutdown}; may be changed while the pod runs
 * @param shutdownBehavior {@code stop} (also when null): the guest is asked to power off first; {@code terminate}: it is ended at once
 */
public record VirtualMachine(
        String name,
        @Nullable String image,
        Container.@Nullable Resources resources,
        List<Container.Port> ports,
        @Nullable String userData,
        @Nullable String publicKey,
        @Nullable String powerSpec,
        @Nullable String shutdownBehavior) {
    /** It runs. */
    public static final String RUNNING = "Running";

    /** Its processors stand still; all else of it is there. */
    public static final String PAUSED = "Paused";

    /** It is on its node's disk, and goes on from there; it keeps its node. */
    public static final String SUSPENDED = "Suspended";

    /** It is off, and keeps its node. */
    public static final String SHUTDOWN = "Shutdown";

    public VirtualMachine {
        ports = Copies.list(ports);
    }

    /** How it is to be: {@code powerSpec}, with what null means. */
    public String power() {
        return powerSpec == null ? RUNNING : powerSpec;
    }

    public VirtualMachine withSizes(Container.@Nullable Resources newResources, @Nullable String newPowerSpec) {
        return new VirtualMachine(
                name, image, newResources, ports, userData, publicKey, newPowerSpec, shutdownBehavior);
    }

    /** What it has in common with a container. */
    public Container asContainer() {
        return Container.builder()
                .name(name)
                .image(image)
                .ports(ports)
                .resources(resources)
                .build();
    }
}

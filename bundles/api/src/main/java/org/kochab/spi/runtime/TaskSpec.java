package org.kochab.spi.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodFunction;
import org.kochab.api.model.VirtualMachine;
import org.kochab.spi.device.DeviceAccess;

/**
 * One run of one container of one pod.
 *
 * @param podUid the pod
 * @param podName for names that people read
 * @param attempt 0 for the first run, growing with each restart
 * @param container its fields as applied; volumes are in {@code mounts}
 * @param environment complete, references to other variables resolved
 * @param mounts host directories to be seen inside, those of devices included
 * @param directory the task's own directory on the node, made by the agent, kept until {@link RuntimeDriver#remove}
 * @param memoryBytes limit; null for none
 * @param cpuMillis limit in thousandths of a core; null for none
 * @param hostNetwork whether the task uses the node's network
 * @param hostname null for the driver's own choice
 * @param podPorts ports of all containers of the pod, for drivers whose tasks of one pod share a network
 * @param virtualMachine the pod's, if it has one: {@code container} is then what it has in common with a container
 * @param function the pod's, if it has one, likewise; only for a {@link FunctionDriver}
 * @param devices that the task is to use; a driver that cannot give them to it refuses the task. Their variables and mounts are among the others
 */
public record TaskSpec(
        String podUid,
        String tenant,
        String namespace,
        String podName,
        int attempt,
        Container container,
        Map<String, String> environment,
        List<Mount> mounts,
        Path directory,
        @Nullable Long memoryBytes,
        @Nullable Long cpuMillis,
        boolean hostNetwork,
        @Nullable String hostname,
        List<Container.Port> podPorts,
        @Nullable VirtualMachine virtualMachine,
        @Nullable PodFunction function,
        List<Devices> devices) {
    public TaskSpec {
        environment = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        mounts = List.copyOf(mounts);
        podPorts = List.copyOf(podPorts);
        devices = List.copyOf(devices);
    }

    /** A task without function and devices. */
    public TaskSpec(
            String podUid,
            String tenant,
            String namespace,
            String podName,
            int attempt,
            Container container,
            Map<String, String> environment,
            List<Mount> mounts,
            Path directory,
            @Nullable Long memoryBytes,
            @Nullable Long cpuMillis,
            boolean hostNetwork,
            @Nullable String hostname,
            List<Container.Port> podPorts,
            @Nullable VirtualMachine virtualMachine) {
        this(
                podUid,
                tenant,
                namespace,
                podName,
                attempt,
                container,
                environment,
                mounts,
                directory,
                memoryBytes,
                cpuMillis,
                hostNetwork,
                hostname,
                podPorts,
                virtualMachine,
                null,
                List.of());
    }

    /** What a driver's probe runs to see whether the driver works here: of no pod, on the node's network. */
    public static TaskSpec trial(
            Container container, Path directory, @Nullable Long memoryBytes, @Nullable Long cpuMillis) {
        return new TaskSpec(
                "trial",
                "system",
                "kochab",
                "trial",
                0,
                container,
                new TreeMap<>(),
                List.of(),
                directory,
                memoryBytes,
                cpuMillis,
                true,
                null,
                List.of(),
                null);
    }

    /**
     * Devices of one extended resource that are this task's alone.
     *
     * @param ids as their provider names them
     * @param nodes what the task needs to see of them; may be empty
     */
    public record Devices(String resource, List<String> ids, List<DeviceAccess.Node> nodes) {
        public Devices {
            ids = List.copyOf(ids);
            nodes = List.copyOf(nodes);
        }
    }

    /** A host path seen at {@code target}. */
    public record Mount(Path source, String target, boolean readOnly) {}
}

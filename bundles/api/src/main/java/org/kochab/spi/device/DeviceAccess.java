package org.kochab.spi.device;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a task is given to use devices: the environment, device nodes and mounts of a {@code containerEdits} of the Container Device Interface. At most 64 of
 * each. All paths are absolute, without {@code ..} and control characters.
 *
 * @param environment variables; one that the container sets itself has the container's value
 */
public record DeviceAccess(SortedMap<String, String> environment, List<Node> nodes, List<Mount> mounts) {
    public DeviceAccess {
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        nodes = List.copyOf(nodes);
        mounts = List.copyOf(mounts);
    }

    /**
     * A device node.
     *
     * @param source on the node
     * @param target where the task sees it; drivers whose tasks see the node's own files refuse one that differs from the source
     * @param permissions what the task may do: some of {@code r} (read), {@code w} (write) and {@code m} (make the node), in this order
     */
    public record Node(Path source, String target, String permissions) {}

    /** A file or directory of the node, such as a library, seen at {@code target}. */
    public record Mount(Path source, String target, boolean readOnly) {}
}

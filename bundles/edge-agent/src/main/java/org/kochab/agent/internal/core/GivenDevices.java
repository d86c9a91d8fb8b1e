package org.kochab.agent.internal.core;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kochab.spi.runtime.TaskSpec;

/** What a container's devices add to its task. */
public record GivenDevices(
        List<TaskSpec.Devices> devices, SortedMap<String, String> environment, List<TaskSpec.Mount> mounts) {
    public static final GivenDevices NONE = new GivenDevices(List.of(), new TreeMap<>(), List.of());
}

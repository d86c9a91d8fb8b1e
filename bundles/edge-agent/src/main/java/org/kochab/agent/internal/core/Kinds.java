package org.kochab.agent.internal.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.kochab.spi.runtime.TaskHandle;

/** The runtime kinds this node has drivers for, whether they work, and the tasks found when each driver came. */
final class Kinds {
    private record Probe(boolean ok, String reason) {}

    private final SortedMap<String, List<TaskHandle>> found = new TreeMap<>();
    private final SortedMap<String, Probe> probes = new TreeMap<>();
    private final SortedSet<String> there = new TreeSet<>();

    void comes(String kind) {
        there.add(kind);
    }

    void present(String kind, List<TaskHandle> tasks) {
        there.add(kind);
        found.put(kind, new ArrayList<>(tasks));
    }

    void probed(String kind, boolean ok, String reason) {
        probes.put(kind, new Probe(ok, reason));
    }

    void absent(String kind) {
        there.remove(kind);
        found.remove(kind);
        probes.remove(kind);
    }

    /** Whether it is known which tasks of this kind there are. */
    boolean known(String kind) {
        return found.containsKey(kind);
    }

    /** @return why nothing can be started; empty if it can */
    Optional<String> unready(String kind) {
        if (!there.contains(kind)) {
            return Optional.of("this node has no driver for runtimeClassName '" + kind + "': install its bundle");
        }
        Probe probe = probes.get(kind);
        if (probe == null || probe.ok() && !known(kind)) {
            return Optional.of("the driver for runtimeClassName '" + kind + "' is being tried out");
        }
        return probe.ok() ? Optional.empty() : Optional.of(probe.reason());
    }

    /** @return the latest run of a container that was found, if it is not older than {@code attempt} */
    Optional<TaskHandle> found(String kind, String uid, String container, int attempt) {
        return found.getOrDefault(kind, List.of()).stream()
                .filter(h -> h.podUid().equals(uid) && h.container().equals(container) && h.attempt() >= attempt)
                .max(Comparator.comparingInt(TaskHandle::attempt));
    }

    void forget(TaskHandle handle) {
        found.values().forEach(list -> list.remove(handle));
    }

    /** Tasks that are not wanted; each is given once. */
    List<Effect> unwanted(Predicate<TaskHandle> wanted) {
        List<Effect> sweeps = new ArrayList<>();
        found.forEach((kind, list) -> list.removeIf(handle -> {
            boolean unwanted = !wanted.test(handle);
            if (unwanted) {
                sweeps.add(new Effect.Sweep(kind, handle));
            }
            return unwanted;
        }));
        return sweeps;
    }
}

package org.kochab.hosttasks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.RuntimeFailure;

/** Control groups of version 1 or 2, as far as this process may use them; one group a task below one of our own. */
final class Cgroups {
    private static final long CPU_PERIOD_MICROS = 100_000;
    /** The kernel refuses quotas below one millisecond. */
    private static final long LEAST_QUOTA_MICROS = 1_000;

    private final Path root;
    private final String parent;
    private final boolean unified;
    private final List<String> limits;

    /**
     * What a task's processes have to be written to, and where the kernel counts its kills.
     *
     * @param procs empty without control groups
     */
    record Group(List<Path> procs, @Nullable Path oomFile) {}

    Cgroups(Path root, String parent) {
        this.root = root;
        this.parent = parent;
        unified = Files.exists(root.resolve("cgroup.controllers"));
        limits = unified ? probeUnified() : probeSeparate();
    }

    /** Of {@code cpu}, {@code memory}, {@code pids}. */
    List<String> limits() {
        return limits;
    }

    private List<String> probeUnified() {
        List<String> usable = new ArrayList<>();
        try {
            Path own = Files.createDirectories(root.resolve(parent));
            for (String controller : List.of("cpu", "memory", "pids")) {
                if (enable(root, controller) && enable(own, controller)) {
                    usable.add(controller);
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return usable;
    }

    private static boolean enable(Path group, String controller) {
        try {
            write(group.resolve("cgroup.subtree_control"), "+" + controller);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What it is tried with stays: others may do so at the same time. */
    private List<String> probeSeparate() {
        List<String> usable = new ArrayList<>();
        for (String controller : List.of("cpu", "memory", "pids")) {
            Path probe = root.resolve(controller).resolve(parent).resolve("probe");
            try {
                if (Files.exists(root.resolve(controller).resolve("cgroup.procs"))) {
                    Files.createDirectories(probe);
                    limit(probe, controller, 1 << 30);
                    usable.add(controller);
                }
            } catch (IOException e) {
                // Not ours to use: the limit is refused when it is asked for.
                continue;
            }
        }
        return usable;
    }

    private void limit(Path group, String controller, long value) throws IOException {
        switch (controller) {
            case "memory" -> limitMemory(group, value);
            case "cpu" -> {
                long quota = Math.max(LEAST_QUOTA_MICROS, value * CPU_PERIOD_MICROS / 1000);
                if (unified) {
                    write(group.resolve("cpu.max"), quota + " " + CPU_PERIOD_MICROS);
                } else {
                    write(group.resolve("cpu.cfs_period_us"), Long.toString(CPU_PERIOD_MICROS));
                    write(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
                }
            }
            default -> write(group.resolve("pids.max"), Long.toString(value));
        }
    }

    private void limitMemory(Path group, long value) throws IOException {
        Path memory = group.resolve(unified ? "memory.max" : "memory.limit_in_bytes");
        // Without this a task would swap instead of being ended.
        Path swap = group.resolve(unified ? "memory.swap.max" : "memory.memsw.limit_in_bytes");
        boolean swaps = Files.exists(swap);
        if (swaps && !unified && value > number(swap)) {
            // Both together may never be less than memory alone.
            write(swap, Long.toString(value));
        }
        write(memory, Long.toString(value));
        if (swaps) {
            write(swap, unified ? "0" : Long.toString(value));
        }
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    /**
     * Gives a task that runs other limits; null leaves one as it is.
     *
     * @throws RuntimeFailure if a limit is asked for that cannot be enforced, or not now
     */
    void update(String name, @Nullable Long memoryBytes, @Nullable Long cpuMillis) {
        need("memory", memoryBytes);
        need("cpu", cpuMillis);
        try {
            if (memoryBytes != null) {
                limit(group("memory", name), "memory", memoryBytes);
            }
            if (cpuMillis != null) {
                limit(group("cpu", name), "cpu", cpuMillis);
            }
        } catch (IOException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    "the kernel does not take the new limits, perhaps because more memory is in use: " + e,
                    e);
        }
    }

    /** @throws RuntimeFailure if a limit is asked for that cannot be enforced */
    Group create(String name, @Nullable Long memoryBytes, @Nullable Long cpuMillis, @Nullable Long pids) {
        need("memory", memoryBytes);
        need("cpu", cpuMillis);
        if (limits.isEmpty()) {
            return new Group(List.of(), null);
        }
        try {
            List<Path> groups = new ArrayList<>();
            for (String controller : limits) {
                Path group = group(controller, name);
                Files.createDirectories(group);
                Long value = controller.equals("memory") ? memoryBytes : controller.equals("cpu") ? cpuMillis : pids;
                if (value != null) {
                    limit(group, controller, value);
                }
                if (!groups.contains(group)) {
                    groups.add(group);
                }
            }
            Path oom = limits.contains("memory")
                    ? group("memory", name).resolve(unified ? "memory.events" : "memory.oom_control")
                    : null;
            return new Group(groups.stream().map(g -> g.resolve("cgroup.procs")).toList(), oom);
        } catch (IOException e) {
            remove(name);
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot make a control group: " + e, e);
        }
    }

    private void need(String controller, @Nullable Long value) {
        if (value != null && !limits.contains(controller)) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "resources.limits." + controller
                            + " cannot be enforced for processes on this node: run the agent as root" + " with the "
                            + controller + " control group, or remove the limit");
        }
    }

    private Path group(String controller, String name) {
        return (unified ? root : root.resolve(controller)).resolve(parent).resolve(name);
    }

    /** Processes of a task; empty without control groups. */
    List<Integer> members(String name) {
        List<Integer> members = new ArrayList<>();
        for (Path procs : procs(name).stream().toList()) {
            try {
                Files.readAllLines(procs).forEach(line -> members.add(Integer.parseInt(line.strip())));
            } catch (IOException e) {
                return List.of();
            }
        }
        return members;
    }

    Optional<Path> procs(String name) {
        return limits.isEmpty()
                ? Optional.empty()
                : Optional.of(group(limits.get(0), name).resolve("cgroup.procs"))
                        .filter(Files::exists);
    }

    /** @return whether nothing is left of the task's groups */
    boolean remove(String name) {
        boolean all = true;
        for (String controller : limits) {
            try {
                Files.deleteIfExists(group(controller, name));
            } catch (IOException e) {
                all = false;
            }
        }
        return all;
    }

    private static void write(Path file, String value) throws IOException {
        Files.write(file, value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }
}

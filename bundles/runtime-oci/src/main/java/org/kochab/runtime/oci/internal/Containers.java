package org.kochab.runtime.oci.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskState;
import org.kochab.spi.runtime.TaskUse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What podman says of containers. */
final class Containers {
    private static final Logger LOG = LoggerFactory.getLogger(Containers.class);
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration LIST = Duration.ofSeconds(25);
    private static final String STATE =
            "{{.Id}}|{{.State.Status}}|{{.State.Pid}}|{{.State.ExitCode}}|{{.State.OOMKilled}}"
                    + "|{{.State.FinishedAt.Unix}}|{{.State.ConmonPid}}|{{.State.CgroupPath}}|{{.Name}}";
    private static final String OUT_OF_MEMORY = "oom";
    private static final String PID = "pid";
    private static final int KILLED = 128 + 9;
    private static final int LOOKS = 20;
    private static final int LOOKS_WITHOUT_KEEPER = 5;
    private static final long LOOK_EVERY_MILLIS = 200;

    private final Podman podman;

    Containers(Podman podman) {
        this.podman = podman;
    }

    /** One look at a container. */
    record Look(
            String id,
            String status,
            int pid,
            int code,
            boolean outOfMemory,
            long finished,
            int keeper,
            String cgroup,
            String name) {
        boolean running() {
            return status.equals("running") || status.equals("paused") || status.equals("stopping");
        }

        boolean ended() {
            return status.equals("exited") || status.equals("stopped");
        }

        boolean alive() {
            return pid > 0 && Files.exists(Path.of("/proc", Integer.toString(pid)));
        }

        boolean isEnding() {
            return running() && !alive();
        }

        /** Empty if it does not run. */
        Optional<ProcessHandle> process() {
            return running() && alive() ? ProcessHandle.of(pid) : Optional.empty();
        }

        boolean kept() {
            return keeper > 0 && Files.exists(Path.of("/proc", Integer.toString(keeper)));
        }

        TaskExit exit() {
            return Containers.exit(code, outOfMemory, Instant.ofEpochSecond(finished));
        }
    }

    private static TaskExit exit(int code, boolean outOfMemory, Instant finished) {
        int signal = code > 128 && code <= 128 + 64 ? code - 128 : 0;
        return new TaskExit(code, signal, code == KILLED && outOfMemory, finished);
    }

    /** The end that conmon noted: podman need not be asked about it. Empty if it has noted none, and once podman has removed the container. */
    Optional<TaskExit> noted(String id, String name) {
        try {
            Path note = podman.exits().resolve(id);
            int code = (int) number(note);
            boolean outOfMemory = Files.exists(keeperDirectory(name).resolve(OUT_OF_MEMORY));
            return Optional.of(
                    exit(code, outOfMemory, Files.getLastModifiedTime(note).toInstant()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The process of a container that was started a moment ago; empty if it has ended. Later its number may be another's. */
    Optional<ProcessHandle> startedProcess(String name) {
        try {
            return ProcessHandle.of(number(keeperDirectory(name).resolve(PID)));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    Optional<Look> look(String nameOrId) {
        Podman.Result result = podman.call(SHORT, "container", "inspect", "--format", STATE, nameOrId);
        if (!result.ok()) {
            if (result.error().contains("no such")) {
                return Optional.empty();
            }
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "podman cannot look at " + nameOrId + ": " + result.reason());
        }
        String[] f = result.out().strip().split("\\|", -1);
        boolean outOfMemory =
                Boolean.parseBoolean(f[4]) || Files.exists(keeperDirectory(f[8]).resolve(OUT_OF_MEMORY));
        return Optional.of(new Look(
                f[0],
                f[1],
                Integer.parseInt(f[2]),
                Integer.parseInt(f[3]),
                outOfMemory,
                Long.parseLong(f[5]),
                Integer.parseInt(f[6]),
                f[7],
                f[8]));
    }

    /** Looks until what podman says and what the kernel says agree, if they ever do: a container that just ended is cleaned up a moment later. */
    Optional<Look> settled(String id) {
        Optional<Look> look = look(id);
        for (int i = 1; i < LOOKS && look.isPresent() && look.get().isEnding(); i++) {
            if (!look.get().kept() && i > LOOKS_WITHOUT_KEEPER) {
                break;
            }
            pause();
            look = look(id);
        }
        return look;
    }

    static TaskState state(Optional<Look> settled) {
        if (settled.isEmpty()) {
            return new TaskState.Lost("podman does not know it");
        }
        Look look = settled.get();
        if (look.running() && look.alive()) {
            return new TaskState.Running(look.id());
        }
        return look.ended()
                ? new TaskState.Ended(look.exit())
                : new TaskState.Lost("its processes are gone and left no exit code, as after a restart of the machine");
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "interrupted", e);
        }
    }

    /**
     * Where a container's keeper works. conmon notes there that the kernel killed for want of memory: it means to do so where podman looks
     * for it, but podman 4 starts it in its own working directory.
     */
    Path keeperDirectory(String name) {
        return podman.directory().resolve("keepers").resolve(name);
    }

    /** {@code podman run} of a container of this name, with a keeper's directory of its own. */
    Podman.Result run(Duration limit, String name, Map<String, String> environment, List<String> words) {
        Path directory = keeperDirectory(name);
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(directory.resolve(OUT_OF_MEMORY));
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, directory + " cannot be made: " + e, e);
        }
        List<String> all = new ArrayList<>(words);
        all.addAll(1, List.of("--pidfile", directory.resolve(PID).toString()));
        return podman.call(limit, directory, environment, all);
    }

    List<TaskHandle> all() {
        Podman.Result result = podman.call(
                LIST,
                "ps",
                "--all",
                "--no-trunc",
                "--filter",
                "label=" + RunWords.POD,
                "--format",
                "{{.ID}}|{{index .Labels \"" + RunWords.POD + "\"}}|{{index .Labels \"" + RunWords.CONTAINER
                        + "\"}}|{{index .Labels \"" + RunWords.ATTEMPT + "\"}}");
        if (!result.ok()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "podman cannot list containers: " + result.reason());
        }
        List<TaskHandle> all = new ArrayList<>();
        for (String line : result.out().split("\n")) {
            String[] f = line.split("\\|");
            if (f.length == 4) {
                all.add(new TaskHandle(f[1], f[2], Integer.parseInt(f[3]), f[0]));
            }
        }
        return all;
    }

    /** @return false if other containers depend on it: it stays then */
    boolean remove(String name) {
        Podman.Result result = podman.call(LIST, "rm", "--force", "--time", "0", "--volumes", "--ignore", name);
        if (result.needed()) {
            return false;
        }
        if (!result.ok() && look(name).isPresent()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "podman cannot remove " + name + ": " + result.reason());
        }
        removeKeeperDirectory(name);
        return true;
    }

    /** @return false if podman refuses, for example because it runs: nothing has changed then */
    boolean removeEnded(String id, String name) {
        boolean removed = podman.call(LIST, "rm", "--volumes", "--ignore", id).ok();
        if (removed) {
            removeKeeperDirectory(name);
        }
        return removed;
    }

    private void removeKeeperDirectory(String name) {
        Path directory = keeperDirectory(name);
        try {
            Files.deleteIfExists(directory.resolve(OUT_OF_MEMORY));
            Files.deleteIfExists(directory.resolve(PID));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", directory, e.toString());
        }
    }

    Optional<String> address(String sandbox) {
        Podman.Result result = podman.call(
                SHORT,
                "container",
                "inspect",
                "--format",
                "{{(index .NetworkSettings.Networks \"" + Podman.NETWORK + "\").IPAddress}}",
                sandbox);
        String address = result.out().strip();
        return result.ok() && !address.isEmpty() ? Optional.of(address) : Optional.empty();
    }

    Optional<TaskUse> use(String id) {
        Optional<Look> look = look(id).filter(Look::running);
        if (look.isEmpty()) {
            return Optional.empty();
        }
        String group = look.get().cgroup().replaceFirst("^/", "");
        Path root = Path.of("/sys/fs/cgroup");
        try {
            if (Files.exists(root.resolve("cgroup.controllers"))) {
                long cpu = Files.readAllLines(root.resolve(group).resolve("cpu.stat")).stream()
                        .filter(l -> l.startsWith("usage_usec"))
                        .mapToLong(l -> Long.parseLong(l.split(" ")[1]))
                        .sum();
                return Optional.of(new TaskUse(cpu, number(root.resolve(group).resolve("memory.current"))));
            }
            long cpu = number(root.resolve("cpuacct").resolve(group).resolve("cpuacct.usage")) / 1000;
            return Optional.of(new TaskUse(
                    cpu, number(root.resolve("memory").resolve(group).resolve("memory.usage_in_bytes"))));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }
}

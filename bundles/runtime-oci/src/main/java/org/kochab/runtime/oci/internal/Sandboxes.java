package org.kochab.runtime.oci.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.TaskSpec;

/** The containers that hold pods' networks, and the image they are made of, which needs no registry. */
final class Sandboxes {
    private static final String IMAGE = "localhost/kochab-sandbox:1";
    private static final Duration BUILD = Duration.ofSeconds(50);
    private static final Duration START = Duration.ofSeconds(50);
    private static final List<String> PLACES =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
    private static final List<String> PROGRAMS = List.of("podman", "runc", "conmon", "catatonit", "iptables");
    private static final String NETAVARK = "/usr/lib/podman/netavark";
    private static final String APT =
            "apt-get install --no-install-recommends podman runc conmon netavark catatonit iptables";

    private final Podman podman;
    private final Images images;
    private final Containers containers;
    private final RunWords words;

    /** The pods whose sandbox was made here, and may run. */
    private final Set<String> made = ConcurrentHashMap.newKeySet();

    /** Of pods whose sandbox runs. */
    private final ConcurrentMap<String, String> addresses = new ConcurrentHashMap<>();

    Sandboxes(Podman podman, Images images, Containers containers, RunWords words) {
        this.podman = podman;
        this.images = images;
        this.containers = containers;
        this.words = words;
    }

    /** @return what is missing and how to get it; empty if nothing is */
    static String missing() {
        List<String> missing = PROGRAMS.stream()
                .filter(p -> PLACES.stream().noneMatch(d -> Files.isExecutable(Path.of(d, p))))
                .toList();
        if (!missing.isEmpty()) {
            return "the node lacks " + String.join(", ", missing) + ": " + APT;
        }
        boolean netavark =
                Files.isExecutable(Path.of(NETAVARK)) || Files.isExecutable(Path.of("/usr/libexec/podman/netavark"));
        return netavark ? "" : "the node lacks netavark: " + APT;
    }

    private synchronized void image() {
        if (images.has(IMAGE)) {
            return;
        }
        try {
            Path context = Files.createDirectories(podman.directory().resolve("sandbox-image"));
            Path program = PLACES.stream()
                    .map(d -> Path.of(d, "catatonit"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new IOException("catatonit is missing: " + APT));
            Files.copy(program, context.resolve("catatonit"), StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(
                    context.resolve("Containerfile"),
                    "FROM scratch\nCOPY catatonit /catatonit\nENTRYPOINT [\"/catatonit\", \"-P\"]\n");
            Podman.Result built =
                    podman.call(BUILD, "build", "--quiet", "--network", "none", "--tag", IMAGE, context.toString());
            if (!built.ok()) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.TEMPORARY, "podman cannot build an image: " + built.reason());
            }
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot build an image: " + e.getMessage(), e);
        }
    }

    /** Runs a container of the image; if somebody has removed that since, it is built again first. */
    private Podman.Result run(String name, List<String> words) {
        image();
        Podman.Result result = containers.run(START, name, Map.of(), words);
        if (result.imageUnknown()) {
            images.forget(IMAGE);
            image();
            result = containers.run(START, name, Map.of(), words);
        }
        return result;
    }

    /** Runs a container with all limits on the pods' network, and looks at its exit code. */
    RuntimeProbe trial() {
        String name = "kochab-trial";
        containers.remove(name);
        try {
            Podman.Result run = run(
                    name,
                    List.of(
                            "run",
                            "--name",
                            name,
                            "--pull",
                            "never",
                            "--network",
                            Podman.NETWORK,
                            "--memory",
                            "33554432b",
                            "--memory-swap",
                            "33554432b",
                            "--cpus",
                            "0.5",
                            "--pids-limit",
                            "16",
                            "--entrypoint",
                            "[\"/catatonit\", \"--version\"]",
                            IMAGE));
            boolean ok = run.ok() && run.out().contains("catatonit");
            return ok
                    ? new RuntimeProbe(true, "", List.of("cpu", "memory", "pids"))
                    : new RuntimeProbe(false, "a trial container could not be run: " + run.reason(), List.of());
        } finally {
            containers.remove(name);
        }
    }

    /** Makes a pod's sandbox, or finds it running. */
    void need(TaskSpec task) {
        if (made.add(task.podUid()) && make(task)) {
            return;
        }
        var look = containers.look(RunWords.sandbox(task.podUid()));
        if (look.isPresent() && look.get().running() && look.get().alive()) {
            return;
        }
        if (look.isPresent()) {
            // Its network is gone, and with it what its pod's containers had in common.
            removeAll(task.podUid());
            addresses.remove(task.podUid());
        }
        if (!make(task)) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    "podman keeps the name " + RunWords.sandbox(task.podUid()) + " for a container it does not show");
        }
    }

    /** @return false if there is one already */
    private boolean make(TaskSpec task) {
        String name = RunWords.sandbox(task.podUid());
        Podman.Result result = run(name, words.sandbox(task, IMAGE));
        if (result.nameTaken()) {
            return false;
        }
        if (!result.ok()) {
            made.remove(task.podUid());
            containers.remove(name);
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "podman cannot make the pod's network: " + result.reason());
        }
        containers
                .startedProcess(name)
                .flatMap(NetworkAddress::of)
                .ifPresent(address -> addresses.put(task.podUid(), address));
        return true;
    }

    private void removeAll(String uid) {
        Podman.Result result =
                podman.call(START, "rm", "--force", "--time", "0", "--depend", "--ignore", RunWords.sandbox(uid));
        if (!result.ok() && containers.look(RunWords.sandbox(uid)).isPresent()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "podman cannot remove the pod's network: " + result.reason());
        }
    }

    /** Removes a pod's sandbox unless there is a container of the pod, which podman knows. */
    void release(String uid) {
        if (containers.remove(RunWords.sandbox(uid))) {
            addresses.remove(uid);
            made.remove(uid);
        }
    }

    /** A pod's address, which is the same as long as its sandbox is. Of one that was not made here podman is asked, once: probes ask again and again. */
    Optional<String> address(String uid) {
        return Optional.ofNullable(addresses.computeIfAbsent(
                uid, pod -> containers.address(RunWords.sandbox(pod)).orElse(null)));
    }
}

package org.kochab.runtime.oci.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Digests;
import org.kochab.hosttasks.CommandStreams;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.StopSignal;

/** podman on storage of our own: its configuration, and calls of its command line. Any thread; each call is bounded. */
final class Podman {
    static final String NETWORK = "kochab";

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int MOST_OUTPUT = 4 << 20;

    private final Path directory;
    private final Path run;
    private final Path configuration;
    private final Path registries;

    /** What a call came to. */
    record Result(int code, String out, String error) {
        boolean ok() {
            return code == 0;
        }

        /** Whether there is a container of that name already: podman is not asked before, for mostly there is none. */
        boolean nameTaken() {
            return !ok() && error.contains("that name is already in use");
        }

        /** Whether the image it was to run is not there. */
        boolean imageUnknown() {
            return !ok() && error.contains("image not known");
        }

        /** Whether it was not to be removed because other containers depend on it. */
        boolean needed() {
            return !ok() && error.contains("has dependent containers");
        }

        /** Its last line: podman puts what matters there. */
        String reason() {
            String[] lines = error.strip().split("\n");
            return lines[lines.length - 1].replaceFirst("^Error: ", "");
        }
    }

    Podman(Settings settings) throws IOException {
        directory = Files.createDirectories(settings.directory().toAbsolutePath());
        configuration = directory.resolve("containers.conf");
        registries = directory.resolve("registries.conf");
        run = runDirectory();
        forgetFormerBoot();
        write(settings);
    }

    Path exits() throws IOException {
        return Files.createDirectories(run.resolve("tmp/exits"));
    }

    Path directory() {
        return directory;
    }

    /** podman wants a short path for what does not outlive the machine; two agents on one machine need two. */
    private Path runDirectory() throws IOException {
        Path parent = Files.isWritable(Path.of("/run")) ? Path.of("/run") : Path.of("/tmp");
        String name = Digests.of(directory.toString().getBytes(StandardCharsets.UTF_8))
                .substring(0, 12);
        Path made = Files.createDirectories(parent.resolve("kochab-" + name));
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
        return made;
    }

    /** podman knows a restart of the machine by its run directory being empty; ours may be on a disk. */
    private void forgetFormerBoot() throws IOException {
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        Path known = directory.resolve("boot");
        if (Files.exists(known) && !Files.readString(known).equals(boot)) {
            for (String name : List.of("run", "tmp")) {
                try (Stream<Path> all = Files.walk(run.resolve(name))) {
                    for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(path);
                    }
                } catch (NoSuchFileException e) {
                    continue;
                }
            }
        }
        Files.writeString(known, boot);
    }

    private void write(Settings settings) throws IOException {
        Path networks = Files.createDirectories(directory.resolve("networks"));
        // podman's own defaults need rights that an agent in a container lacks.
        Files.writeString(
                configuration,
                """
                [containers]
                default_ulimits = ["nofile=20000:20000", "nproc=30000:30000"]
                log_driver = "k8s-file"
                [engine]
                lock_type = "file"
                cgroup_manager = "cgroupfs"
                events_logger = "file"
                runtime = "runc"
                [network]
                network_backend = "netavark"
                network_config_dir = "%s"
                """
                        .formatted(networks));
        script();
        String search = settings.registries().stream().map(r -> '"' + r + '"').collect(Collectors.joining(", "));
        Files.writeString(
                registries, "unqualified-search-registries = [" + search + "]\nshort-name-mode = \"permissive\"\n");
        String gateway = settings.subnet().replaceFirst("\\.[0-9]+/.*", ".1");
        Files.writeString(
                networks.resolve(NETWORK + ".json"),
                """
                {"name": "%s", "id": "%s", "driver": "bridge", "network_interface": "%s",
                 "created": "2026-01-01T00:00:00Z", "subnets": [{"subnet": "%s", "gateway": "%s"}],
                 "ipv6_enabled": false, "internal": false, "dns_enabled": false,
                 "ipam_options": {"driver": "host-local"}}
                """
                        .formatted(
                                NETWORK,
                                Digests.of(NETWORK.getBytes(StandardCharsets.US_ASCII)),
                                settings.bridge(),
                                settings.subnet(),
                                gateway));
    }

    /** For people: podman with this driver's containers. */
    private void script() throws IOException {
        String words = begin().stream()
                .skip(1)
                .map(w -> "'" + w.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        Path script = directory.resolve("podman");
        Files.writeString(
                script,
                "#!/bin/sh\n# This node's containers: " + script + " ps\nexport CONTAINERS_CONF='" + configuration
                        + "' CONTAINERS_REGISTRIES_CONF='" + registries + "'\nexec podman " + words + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> begin() {
        return List.of(
                "podman",
                "--root",
                directory.resolve("root").toString(),
                "--runroot",
                run.resolve("run").toString(),
                "--tmpdir",
                run.resolve("tmp").toString(),
                "--runtime",
                "runc",
                "--cgroup-manager",
                "cgroupfs",
                "--events-backend",
                "file");
    }

    private ProcessBuilder builder(Map<String, String> environment, List<String> words) {
        List<String> all = new ArrayList<>(begin());
        all.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("PATH", PATH);
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("CONTAINERS_CONF", configuration.toString());
        builder.environment().put("CONTAINERS_REGISTRIES_CONF", registries.toString());
        return builder.redirectInput(Path.of("/dev/null").toFile());
    }

    Result call(Duration limit, String... words) {
        return call(limit, new TreeMap<>(), List.of(words));
    }

    Result call(Duration limit, Map<String, String> environment, List<String> words) {
        return call(limit, directory, environment, words);
    }

    /** Calls podman, its output in files: what it starts in the background would keep pipes open. */
    Result call(Duration limit, Path workingDirectory, Map<String, String> environment, List<String> words) {
        Path out = null;
        Path error = null;
        try {
            out = Files.createTempFile(directory, "out", ".txt");
            error = Files.createTempFile(directory, "error", ".txt");
            Process process = builder(environment, words)
                    .directory(workingDirectory.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(error.toFile())
                    .start();
            if (!await(process, System.nanoTime() + limit.toNanos(), () -> false)) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.TEMPORARY,
                        "podman " + words.get(0) + " did not answer within " + limit.toSeconds() + " s");
            }
            return new Result(process.exitValue(), text(out), text(error));
        } catch (IOException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    "podman cannot be run: " + e.getMessage() + ": apt-get install podman",
                    e);
        } finally {
            delete(out);
            delete(error);
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    private static boolean await(Process process, long end, StopSignal stop) {
        try {
            boolean ended = CommandStreams.ends(process, end, stop);
            if (!ended) {
                process.destroyForcibly();
            }
            return ended;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "interrupted", e);
        }
    }

    /**
     * Calls podman and passes its output on.
     *
     * @param input null for none
     * @return its exit code; -1 if it was ended before its time
     */
    int stream(Duration limit, @Nullable InputStream input, OutputSink sink, StopSignal stop, List<String> words) {
        try {
            CommandStreams streams = new CommandStreams("kochab-runtime-oci-streams", sink);
            Process process = streams.start(builder(new TreeMap<>(), words), input);
            long end = System.nanoTime() + limit.toNanos();
            boolean ended = await(process, end, stop);
            streams.await(end, stop);
            return ended ? process.exitValue() : -1;
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "podman cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "interrupted", e);
        }
    }
}

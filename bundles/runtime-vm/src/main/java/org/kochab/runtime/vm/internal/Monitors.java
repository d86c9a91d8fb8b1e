package org.kochab.runtime.vm.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.kochab.api.link.Digests;
import org.kochab.hosttasks.HostTasks;
import org.kochab.spi.runtime.TaskHandle;

/**
 * The monitors of the machines, and where they are: a directory a machine that does not outlive the node. Any thread; a call takes at most five
 * seconds: a machine may have little of the processors, and all machines of a node a bad moment.
 */
final class Monitors {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int NAME_LENGTH = 12;

    private final Path directory;

    /** The name of a socket may have about 100 characters: so they are not with the rest. Two agents on one machine need two places. */
    Monitors(Path driver) throws IOException {
        Path parent = Files.isWritable(Path.of("/run")) ? Path.of("/run") : Path.of("/tmp");
        directory = Files.createDirectories(parent.resolve("kochab-vm-" + shortened(driver.toString())));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private static String shortened(String text) {
        return Digests.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, NAME_LENGTH);
    }

    Path place(TaskHandle handle) {
        return directory.resolve(shortened(HostTasks.name(handle)));
    }

    Path socket(TaskHandle handle) {
        return place(handle).resolve("monitor");
    }

    /** A machine's own, the same for every agent that looks for it. */
    static UUID uuid(TaskHandle handle) {
        return UUID.nameUUIDFromBytes(HostTasks.name(handle).getBytes(StandardCharsets.UTF_8));
    }

    /** @return the uuid of the machine that answers; empty if none does */
    Optional<UUID> ask(TaskHandle handle) {
        try (Qmp qmp = open(handle)) {
            return Optional.of(
                    UUID.fromString(qmp.call("query-uuid").path("UUID").asText()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Begins a conversation. */
    Qmp open(TaskHandle handle) throws IOException {
        return new Qmp(socket(handle), LIMIT);
    }

    /** As the button at the case does. A machine that is paused goes on, or it would not hear it. */
    void powerButton(TaskHandle handle) throws IOException {
        try (Qmp qmp = open(handle)) {
            if (isPaused(qmp)) {
                qmp.call("cont");
            }
            qmp.call("system_powerdown");
        }
    }

    /** Lets the machine's processors stand still, or go on; nothing if they do. */
    void pause(TaskHandle handle, boolean paused) throws IOException {
        try (Qmp qmp = new Qmp(socket(handle), LIMIT)) {
            if (isPaused(qmp) != paused) {
                qmp.call(paused ? "stop" : "cont");
            }
        }
    }

    /** {@code prelaunch} is what a machine is in that was made paused. */
    static boolean isPaused(Qmp qmp) throws IOException {
        return List.of("paused", "prelaunch")
                .contains(qmp.call("query-status").path("status").asText());
    }

    /** What a machine was made with. */
    Machine.Size size(TaskHandle handle) throws IOException {
        try (Qmp qmp = new Qmp(socket(handle), LIMIT)) {
            return new Machine.Size(
                    qmp.call("query-memory-size-summary").path("base-memory").asLong(),
                    qmp.call("query-cpus-fast").size());
        }
    }

    void forget(TaskHandle handle) throws IOException {
        try (Stream<Path> all = Files.walk(place(handle))) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            return;
        }
    }
}

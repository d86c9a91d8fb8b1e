package org.kochab.agent.internal.node;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.RuntimeFailure;

/**
 * Volumes that cannot grow beyond a size: memory, and file systems in a sparse file beside the directory where they are mounted. What is mounted
 * already is taken as it is, what a reboot has unmounted is mounted again. Linux, as root; blocks for programs of the node.
 */
final class SizedVolumes {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Path LOOP = Path.of("/dev/loop-control");
    private static final long SMALLEST = 1 << 20;
    private static final long SECONDS = 60;
    private static final int MOST_STACKED = 4;
    private static final int LONGEST_OUTPUT = 400;

    private final boolean root;

    SizedVolumes(boolean root) {
        this.root = root;
    }

    private record Mounted(String device, String point) {}

    /** Whether anything can be mounted at all. */
    boolean possible() {
        return root;
    }

    /** @param bytes null for what the system thinks fit */
    void memory(Path directory, @Nullable Long bytes) throws IOException {
        if (!root) {
            throw refused("the agent is not root, who alone may mount");
        }
        if (mounted(directory).isEmpty()) {
            String size = bytes == null ? "" : ",size=" + bytes;
            run("mount", "-t", "tmpfs", "-o", "mode=0777,nosuid,nodev" + size, "kochab", directory.toString());
        }
    }

    void disk(Path directory, long bytes) throws IOException {
        if (!root) {
            throw refused("the agent is not root, who alone may mount");
        }
        if (!Files.exists(LOOP) || tool("mkfs.ext4").isEmpty()) {
            throw refused("it needs loop devices and mkfs.ext4 (package e2fsprogs)");
        }
        if (bytes < SMALLEST) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "emptyDir.sizeLimit: a volume on disk has at least 1Mi");
        }
        if (mounted(directory).isEmpty()) {
            Path image = image(directory);
            if (Files.exists(image)) {
                // After a power cut; 1 says that something was repaired.
                run(1, "e2fsck", "-p", image.toString());
            } else {
                make(image, bytes);
            }
            run("mount", "-o", "loop,nosuid,nodev", image.toString(), directory.toString());
        }
        open(directory);
    }

    private static RuntimeFailure refused(String why) {
        return new RuntimeFailure(
                RuntimeFailure.Code.INVALID,
                "emptyDir.sizeLimit cannot be enforced on this node, where " + why
                        + ": provide that, or remove sizeLimit");
    }

    /** No volume's name has a dot in it. */
    private static Path image(Path directory) {
        return directory.resolveSibling(directory.getFileName() + ".img");
    }

    private void make(Path image, long bytes) throws IOException {
        Path fresh = image.resolveSibling(image.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (RandomAccessFile file = new RandomAccessFile(fresh.toFile(), "rw")) {
            file.setLength(bytes);
        }
        run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "nodiscard", fresh.toString());
        Files.move(fresh, image, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A new file system has a directory in it that nobody expects, and belongs to root. */
    private static void open(Path directory) throws IOException {
        Path found = directory.resolve("lost+found");
        if (Files.isDirectory(found)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            try {
                Files.delete(found);
            } catch (DirectoryNotEmptyException e) {
                // A repair has put something there.
                return;
            }
        }
    }

    /** Unmounts the directory, in the mount namespaces of tasks too that were made meanwhile: else it would go on to exist there. */
    void release(Path directory) throws IOException {
        for (int i = 0; i < MOST_STACKED; i++) {
            Optional<Mounted> mounted = mounted(directory);
            if (mounted.isEmpty()) {
                return;
            }
            releaseElsewhere(mounted.get());
            run("umount", mounted.get().point());
        }
    }

    private void releaseElsewhere(Mounted mounted) throws IOException {
        Set<String> namespaces = new TreeSet<>();
        namespaces.add(namespace(Path.of("/proc/self")));
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String namespace = namespace(process);
                if (!namespace.isEmpty() && namespaces.add(namespace) && has(process, mounted)) {
                    run("nsenter", "--mount", "--target", process.getFileName().toString(), "umount", mounted.point());
                }
            }
        }
    }

    /** @return empty if the process has gone */
    private static String namespace(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean has(Path process, Mounted mounted) {
        try (Stream<String> lines = Files.lines(process.resolve("mountinfo"), StandardCharsets.ISO_8859_1)) {
            return lines.map(SizedVolumes::parse).anyMatch(mounted::equals);
        } catch (IOException | java.io.UncheckedIOException e) {
            return false;
        }
    }

    private static Optional<Mounted> mounted(Path directory) throws IOException {
        String point = new String(
                directory.toRealPath().toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        try (Stream<String> lines = Files.lines(MOUNTS, StandardCharsets.ISO_8859_1)) {
            // The last one is on top.
            return lines.map(SizedVolumes::parse)
                    .filter(m -> m.point().equals(point))
                    .reduce((first, second) -> second);
        }
    }

    private static Mounted parse(String line) {
        String[] fields = line.split(" ");
        return new Mounted(
                fields[2],
                fields[4]
                        .replace("\\040", " ")
                        .replace("\\011", "\t")
                        .replace("\\012", "\n")
                        .replace("\\134", "\\"));
    }

    private static Optional<String> tool(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin";
        return Stream.of(path.split(":"))
                .map(directory -> new File(directory, name))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }

    private static void run(String... command) throws IOException {
        run(0, command);
    }

    private static void run(int highest, String... command) throws IOException {
        command[0] = tool(command[0]).orElse(command[0]);
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        try {
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            if (!ended || process.exitValue() > highest) {
                process.destroyForcibly();
                String said = ended
                        ? new String(process.getInputStream().readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8)
                        : "it does not end";
                throw new IOException(String.join(" ", command) + " failed: " + said.strip());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

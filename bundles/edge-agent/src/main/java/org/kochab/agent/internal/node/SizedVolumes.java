package org.kochab.agent.internal.node;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Volumes that cannot grow beyond a size: memory, and file systems in a sparse file beside the directory where they are mounted. What is mounted
 * already is taken as it is, what a reboot has unmounted is mounted again. Linux, as root; blocks for programs of the node.
 */
final class SizedVolumes {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Path LOOP = Path.of("/dev/loop-control");
    static final long SMALLEST = 1 << 20;
    private static final long SECONDS = 60;
    private static final int MOST_STACKED = 4;
    private static final int LONGEST_OUTPUT = 400;

    private final boolean root;

    SizedVolumes(boolean root) {
        this.root = root;
    }

    static SizedVolumes here() {
        return new SizedVolumes("root".equals(System.getProperty("user.name")));
    }

    /** Why there can be none here: half a sentence. @param disk whether they are to be on disk, not in memory */
    Optional<String> obstacle(boolean disk) {
        if (!root) {
            return Optional.of("the agent is not root, who alone may mount");
        }
        return disk && (!Files.exists(LOOP) || tool("mkfs.ext4").isEmpty())
                ? Optional.of("it needs loop devices and mkfs.ext4 (package e2fsprogs)")
                : Optional.empty();
    }

    /** @param bytes null for what the system thinks fit */
    void memory(Path directory, @Nullable Long bytes) throws IOException {
        if (!mounted(directory)) {
            String size = bytes == null ? "" : ",size=" + bytes;
            run("mount", "-t", "tmpfs", "-o", "mode=0777,nosuid,nodev" + size, "kochab", directory.toString());
        }
    }

    void disk(Path directory, long bytes) throws IOException {
        if (!mounted(directory)) {
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

    /** No volume's name has a dot in it. */
    private static Path image(Path directory) {
        return directory.resolveSibling(directory.getFileName() + ".img");
    }

    /** What an image is called until it is whole. */
    private static Path fresh(Path image) {
        return image.resolveSibling(image.getFileName() + ".new");
    }

    /** Deletes the file system of a volume that is released, also a half made one. */
    static void discard(Path directory) throws IOException {
        Files.deleteIfExists(image(directory));
        Files.deleteIfExists(fresh(image(directory)));
    }

    private void make(Path image, long bytes) throws IOException {
        if (bytes < SMALLEST) {
            throw new IOException("a volume on disk has at least 1Mi");
        }
        Path fresh = fresh(image);
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

    /**
     * Unmounts the directory. Tasks with mount namespaces of their own have a copy of each mount that was there when they were made: the kernel takes
     * those away when the directory is deleted.
     */
    void release(Path directory) throws IOException {
        for (int i = 0; i < MOST_STACKED && mounted(directory); i++) {
            run("umount", directory.toRealPath().toString());
        }
    }

    private static boolean mounted(Path directory) throws IOException {
        // Names of others need not be in UTF-8: bytes are compared.
        byte[] bytes = directory.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
        String point = new String(bytes, StandardCharsets.ISO_8859_1)
                .replace("\\", "\\134")
                .replace(" ", "\\040");
        try (Stream<String> lines = Files.lines(MOUNTS, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.split(" ")[4].equals(point));
        }
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

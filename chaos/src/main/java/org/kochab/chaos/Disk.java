package org.kochab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/**
 * An ext4 file system in a file, whose power can be cut: with all writers frozen, the file has what reached the disk, the page cache has what
 * did not. A copy of the file is the disk after the cut. Needs root, for mounting.
 */
final class Disk {
    private static final String SIZE = "1G";
    private static final int COMMAND_SECONDS = 60;
    private static final int FREEZE_SECONDS = 10;

    private final Path image;
    private final Path copy;
    private final Path mountPoint;
    private boolean mounted;

    Disk(Path directory) throws IOException {
        this.image = directory.resolve("disk.img");
        this.copy = directory.resolve("disk-after.img");
        this.mountPoint = Files.createDirectories(directory.resolve("disk"));
    }

    /** The directory for the store. */
    Path store() {
        return mountPoint.resolve("store");
    }

    /** A new, empty disk. */
    void format() throws IOException, InterruptedException {
        unmount();
        Files.deleteIfExists(image);
        run("truncate", "-s", SIZE, image.toString());
        run("mkfs.ext4", "-q", "-F", image.toString());
        mount();
    }

    /** Stops a process where it is; returns when it really stands still. */
    static void freeze(Process process) throws IOException, InterruptedException {
        run("kill", "-STOP", "" + process.pid());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FREEZE_SECONDS);
        Path stat = Path.of("/proc/" + process.pid() + "/stat");
        while (true) {
            String text = Files.readString(stat);
            if (text.charAt(text.lastIndexOf(')') + 2) == 'T') {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("process " + process.pid() + " does not stop: " + text);
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    void copy() throws IOException, InterruptedException {
        run("cp", "--sparse=always", image.toString(), copy.toString());
    }

    /** Goes on with the disk as it was when it was copied. */
    void useCopy() throws IOException, InterruptedException {
        unmount();
        Files.move(copy, image, StandardCopyOption.REPLACE_EXISTING);
        mount();
    }

    private void mount() throws IOException, InterruptedException {
        run("mount", "-o", "loop", image.toString(), mountPoint.toString());
        mounted = true;
    }

    private void unmount() throws IOException, InterruptedException {
        if (mounted) {
            run("umount", mountPoint.toString());
            mounted = false;
        }
    }

    /** Unmounts and removes the disk. */
    void close() throws IOException, InterruptedException {
        unmount();
        Files.deleteIfExists(image);
        Files.deleteIfExists(copy);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " failed: " + output.strip()
                    + " (the power cut needs root and loop devices)");
        }
    }
}

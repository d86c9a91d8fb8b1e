package org.kochab.runtime.vm.internal;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;

/**
 * Machine images: in one directory of the node, each a disk (raw or qcow2), or a directory with {@code kernel}, {@code initrd}, {@code
 * cmdline} and {@code disk}, of which at least {@code kernel} or {@code disk} is there.
 */
final class MachineImages {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final int QCOW2 = 0x514649fb;
    private static final int AFTER_BACKING_FILE = 72 - 16;
    private static final long EXTERNAL_DATA = 1L << 2;
    private static final int SECTOR = 512;
    private static final int MOST_COMMAND_LINE = 2048;
    private static final String COMMAND_LINE = "console=ttyS0";

    private final Path directory;

    /** What a machine boots: a kernel, or what is on the disk. */
    record MachineImage(@Nullable Path kernel, @Nullable Path initrd, String commandLine, @Nullable Disk disk) {}

    /** @param format as QEMU calls it; never left to QEMU to guess, which a guest could mislead */
    record Disk(Path file, String format) {}

    MachineImages(Path directory) {
        this.directory = directory;
    }

    /** @throws RuntimeFailure if there is no such image, or none that can be used */
    MachineImage get(@Nullable String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "image '" + name + "' is not the name of a machine image: use letters, digits, '.', '_' and '-'");
        }
        Path place = directory.resolve(name);
        try {
            if (Files.isRegularFile(place)) {
                return new MachineImage(null, null, "", disk(place));
            }
            Path kernel = there(place.resolve("kernel"));
            Path disk = there(place.resolve("disk"));
            if (kernel == null && disk == null) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.IMAGE,
                        "image " + name + " is not on this node: put it into " + directory
                                + ", as a disk (raw or qcow2) or as a directory with kernel, initrd, cmdline, disk");
            }
            return new MachineImage(
                    kernel,
                    there(place.resolve("initrd")),
                    commandLine(place.resolve("cmdline")),
                    disk == null ? null : disk(disk));
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.IMAGE, "image " + name + " cannot be read: " + e, e);
        }
    }

    private static @Nullable Path there(Path file) {
        return Files.isRegularFile(file) ? file : null;
    }

    private static String commandLine(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return COMMAND_LINE;
        }
        if (Files.size(file) > MOST_COMMAND_LINE) {
            throw new IOException(file + " has more than " + MOST_COMMAND_LINE + " bytes");
        }
        return Files.readString(file).strip();
    }

    private static Disk disk(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            if (Files.size(file) > AFTER_BACKING_FILE && in.readInt() == QCOW2) {
                int version = in.readInt();
                boolean alone = in.readLong() == 0;
                in.skipNBytes(AFTER_BACKING_FILE);
                if (!alone || version > 2 && (in.readLong() & EXTERNAL_DATA) != 0) {
                    throw new IOException(file + " needs another file: flatten it with qemu-img convert");
                }
                return new Disk(file, "qcow2");
            }
        }
        if (Files.size(file) == 0 || Files.size(file) % SECTOR != 0) {
            throw new IOException(file + " is neither qcow2 nor whole sectors of a raw disk");
        }
        return new Disk(file, "raw");
    }

    List<RuntimeImage> list() {
        List<RuntimeImage> all = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return all;
        }
        try (DirectoryStream<Path> places = Files.newDirectoryStream(directory)) {
            for (Path place : places) {
                String name = place.getFileName().toString();
                if (NAME.matcher(name).matches()) {
                    long size = size(place);
                    if (size > 0) {
                        all.add(new RuntimeImage(List.of(name), size));
                    }
                }
            }
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, directory + " cannot be read: " + e, e);
        }
        return all;
    }

    private static long size(Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return Files.size(place);
        }
        long sum = 0;
        for (String part : List.of("kernel", "initrd", "disk")) {
            Path file = place.resolve(part);
            sum += Files.isRegularFile(file) ? Files.size(file) : 0;
        }
        return sum;
    }
}

package org.kochab.agent.internal.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A small file that survives power loss: the last two generations are kept, each with a checksum, and the directory is synced. Whatever
 * instant the power goes at, one whole generation can be read. One thread at a time; blocks for the disk.
 */
public final class DurableFile {
    private static final int MOST_BYTES = 64 << 20;

    private static final Set<StandardOpenOption> TO_WRITE =
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /** Specs hold what pods take from secrets. */
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final Path previous;

    public DurableFile(Path file) {
        this.file = file;
        previous = file.resolveSibling(file.getFileName() + ".previous");
    }

    /** @throws IOException if it could not be made durable; a former generation is still there */
    public void write(byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel out = FileChannel.open(fresh, TO_WRITE, OWNER_ONLY)) {
            writeAll(out, ByteBuffer.wrap(header(content)));
            writeAll(out, ByteBuffer.wrap(content));
            out.force(true);
        }
        if (valid(file).isPresent()) {
            Files.move(file, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory(file.toAbsolutePath().getParent());
    }

    /** @return the latest generation that is whole; empty if there is none */
    public Optional<byte[]> read() throws IOException {
        Optional<byte[]> latest = valid(file);
        return latest.isPresent() ? latest : valid(previous);
    }

    /** Whether there is a file at all, whole or not. */
    public boolean exists() {
        return Files.exists(file) || Files.exists(previous);
    }

    /** Makes renames and creations in a directory durable. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static byte[] header(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return String.format("kochab-1 %08x %d\n", crc.getValue(), content.length)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static Optional<byte[]> valid(Path path) throws IOException {
        byte[] all;
        try {
            if (Files.size(path) > MOST_BYTES) {
                return Optional.empty();
            }
            all = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        for (int i = 0; i < Math.min(all.length, 64); i++) {
            if (all[i] == '\n') {
                byte[] content = Arrays.copyOfRange(all, i + 1, all.length);
                boolean whole = Arrays.equals(header(content), Arrays.copyOf(all, i + 1));
                return whole ? Optional.of(content) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}

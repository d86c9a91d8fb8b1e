package org.kochab.partition.internal.backup;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.kochab.api.partition.Entry;
import org.kochab.partition.internal.core.wire.Entries;
import org.kochab.partition.internal.core.wire.WireOut;

/**
 * A zip archive: for each partition a file of blocks (length in four bytes, then entries as members send them to each other), and at its
 * end {@code manifest.json}. Written beside its place and moved there when it is on the disk.
 */
final class BackupWriter implements AutoCloseable {
    static final String MANIFEST = "manifest.json";
    static final String PARTITIONS = "partitions/";

    private static final int BLOCK = 1 << 20;
    private static final String OWNER_ONLY = "rw-------";

    private final Path file;
    private final Path unfinished;
    private final FileChannel channel;
    private final ZipOutputStream zip;
    private final List<Manifest.Part> parts = new ArrayList<>();

    BackupWriter(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file + " exists: name another file");
        }
        this.unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.deleteIfExists(unfinished);
        this.channel = FileChannel.open(
                unfinished,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        this.zip = new ZipOutputStream(Channels.newOutputStream(channel));
    }

    /** One after the other; a partition is finished when it is closed. */
    final class Part {
        private final MessageDigest digest = sha256();
        private final DataOutputStream out;
        private WireOut block = new WireOut();
        private int inBlock;
        private long entries;

        private Part(String id) throws IOException {
            zip.putNextEntry(new ZipEntry(PARTITIONS + id));
            out = new DataOutputStream(new DigestOutputStream(open(zip), digest));
        }

        void add(Entry entry) throws IOException {
            Entries.write(block, entry);
            entries++;
            inBlock++;
            if (block.length() >= BLOCK) {
                writeBlock();
            }
        }

        private void writeBlock() throws IOException {
            byte[] bytes = block.done();
            out.writeInt(bytes.length);
            out.write(bytes);
            block = new WireOut();
            inBlock = 0;
        }

        void finish(String id, long epoch, long revision) throws IOException {
            if (inBlock > 0) {
                writeBlock();
            }
            out.flush();
            zip.closeEntry();
            parts.add(new Manifest.Part(
                    id, epoch, revision, entries, HexFormat.of().formatHex(digest.digest())));
        }
    }

    Part part(String id) throws IOException {
        return new Part(id);
    }

    /** At which a part that is finished was read. */
    long revision(String id) {
        return parts.stream()
                .filter(p -> p.id().equals(id))
                .findFirst()
                .orElseThrow()
                .revision();
    }

    /** All is there: the file appears. */
    List<Manifest.Part> finish() throws IOException {
        zip.putNextEntry(new ZipEntry(MANIFEST));
        zip.write(JsonMapper.builder()
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsBytes(new Manifest(Manifest.FORMAT, Instant.now().toString(), parts)));
        zip.closeEntry();
        zip.finish();
        channel.force(true);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
        return List.copyOf(parts);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Closing it leaves the archive open. */
    private static OutputStream open(OutputStream zip) {
        return new FilterOutputStream(zip) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    @Override
    public void close() throws IOException {
        zip.close();
        Files.deleteIfExists(unfinished);
    }
}

package org.kochab.partition.internal.backup;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.kochab.api.partition.Entry;
import org.kochab.partition.internal.core.wire.Entries;
import org.kochab.partition.internal.core.wire.WireIn;

/** A backup that was found to be whole. */
final class BackupReader implements AutoCloseable {
    private static final int MOST_BLOCK = 16 << 20;
    private static final int END = -1;

    private final Path file;
    private final ZipFile zip;
    private final Manifest manifest;

    /** Takes entries and may wait. */
    interface Sink {
        void take(Entry entry) throws IOException, InterruptedException;
    }

    /**
     * Reads all of it once.
     *
     * @throws IOException if it is no backup, is of another format, or is damaged; the message says what
     */
    BackupReader(Path file) throws IOException, InterruptedException {
        this.file = file;
        this.zip = new ZipFile(file.toFile());
        boolean whole = false;
        try {
            this.manifest = readManifest();
            if (manifest.format() != Manifest.FORMAT) {
                throw new IOException(file + " has format " + manifest.format() + ", this release reads "
                        + Manifest.FORMAT + ": use the release that wrote it");
            }
            for (Manifest.Part part : manifest.partitions()) {
                read(part, entry -> {});
            }
            whole = true;
        } finally {
            if (!whole) {
                zip.close();
            }
        }
    }

    Manifest manifest() {
        return manifest;
    }

    void read(Manifest.Part part, Sink sink) throws IOException, InterruptedException {
        MessageDigest digest = BackupWriter.sha256();
        long entries = 0;
        try (DataInputStream in = new DataInputStream(
                new DigestInputStream(new BufferedInputStream(open(BackupWriter.PARTITIONS + part.id())), digest))) {
            for (int length = next(in); length != END; length = next(in)) {
                if (length > MOST_BLOCK || length < 0) {
                    throw new IOException(file + " is damaged: partition " + part.id() + " has a block of " + length);
                }
                WireIn block = new WireIn(in.readNBytes(length));
                while (block.hasMore()) {
                    sink.take(Entries.read(block));
                    entries++;
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged: partition " + part.id() + ": " + e.getMessage(), e);
        }
        if (entries != part.entries()
                || !HexFormat.of().formatHex(digest.digest()).equals(part.sha256())) {
            throw new IOException(file + " is damaged: partition " + part.id() + " is not what was written");
        }
    }

    /** The next block's length. */
    private static int next(DataInputStream in) throws IOException {
        try {
            return in.readInt();
        } catch (EOFException e) {
            return END;
        }
    }

    /** The manifest has the digests of all the rest, and only the archive's own checksum, which {@link ZipFile} does not look at. */
    private Manifest readManifest() throws IOException {
        CRC32 crc = new CRC32();
        byte[] json;
        try (InputStream in = open(BackupWriter.MANIFEST)) {
            json = in.readNBytes(MOST_BLOCK);
        }
        crc.update(json);
        if (crc.getValue() != zip.getEntry(BackupWriter.MANIFEST).getCrc()) {
            throw new IOException(file + " is damaged: " + BackupWriter.MANIFEST + " is not what was written");
        }
        return JsonMapper.builder().build().readValue(json, Manifest.class);
    }

    private InputStream open(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException(file + " is no backup of Kochab, or damaged: it has no " + name);
        }
        return zip.getInputStream(entry);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}

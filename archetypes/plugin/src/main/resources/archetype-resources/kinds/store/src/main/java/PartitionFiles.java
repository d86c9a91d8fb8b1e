package ${package};

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StorePut;

/**
 * A partition as it is on disk. A file is replaced as a whole and forced to the disk, so that after a crash it is the old
 * one or the new one.
 */
final class PartitionFiles {
    private final Path leaseFile;
    private final Path contentsFile;
    private final Map<byte[], byte[]> values = new TreeMap<>(Arrays::compareUnsigned);
    /** The last revision that each epoch wrote: a batch of an old epoch may be asked for again. */
    private final Map<Long, Long> written = new TreeMap<>();

    private Optional<LeaseRecord> lease = Optional.empty();
    private long revision;

    private PartitionFiles(Path directory, String name) {
        String plain = URLEncoder.encode(name, UTF_8);
        leaseFile = directory.resolve(plain + ".lease");
        contentsFile = directory.resolve(plain + ".contents");
    }

    static PartitionFiles read(Path directory, String name) throws IOException {
        PartitionFiles files = new PartitionFiles(directory, name);
        if (Files.exists(files.leaseFile)) {
            DataInputStream in = open(files.leaseFile);
            files.lease = Optional.of(new LeaseRecord(in.readLong(), in.readUTF(), in.readLong(), in.readLong()));
        }
        if (Files.exists(files.contentsFile)) {
            DataInputStream in = open(files.contentsFile);
            files.revision = in.readLong();
            for (int epochs = in.readInt(); epochs > 0; epochs--) {
                files.written.put(in.readLong(), in.readLong());
            }
            for (int keys = in.readInt(); keys > 0; keys--) {
                files.values.put(in.readNBytes(in.readInt()), in.readNBytes(in.readInt()));
            }
        }
        return files;
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    Optional<LeaseRecord> lease() {
        return lease;
    }

    long revision() {
        return revision;
    }

    long writtenBy(long epoch) {
        return written.getOrDefault(epoch, 0L);
    }

    void forEach(Consumer<StorePut> each) {
        values.forEach((key, value) -> each.accept(new StorePut(key, value)));
    }

    void setLease(LeaseRecord next) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(next.epoch());
        out.writeUTF(next.owner());
        out.writeLong(next.renewal());
        out.writeLong(next.ttlMillis());
        replace(leaseFile, bytes.toByteArray());
        lease = Optional.of(next);
    }

    /** If this fails, what is in memory may not be what is on disk: read it again. */
    void write(CommitBatch batch) throws IOException {
        batch.puts().forEach(put -> values.put(put.key(), put.value()));
        batch.deletes().forEach(values::remove);
        revision = batch.revision();
        written.put(batch.epoch(), batch.revision());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(revision);
        out.writeInt(written.size());
        for (Map.Entry<Long, Long> epoch : written.entrySet()) {
            out.writeLong(epoch.getKey());
            out.writeLong(epoch.getValue());
        }
        out.writeInt(values.size());
        for (Map.Entry<byte[], byte[]> entry : values.entrySet()) {
            out.writeInt(entry.getKey().length);
            out.write(entry.getKey());
            out.writeInt(entry.getValue().length);
            out.write(entry.getValue());
        }
        replace(contentsFile, bytes.toByteArray());
    }

    /** The lease goes last: while it is there, the partition can be dropped again. */
    void delete() throws IOException {
        Files.deleteIfExists(contentsFile);
        force(contentsFile.getParent());
        Files.deleteIfExists(leaseFile);
        force(leaseFile.getParent());
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        force(file.getParent());
    }

    /** Of a directory: which files there are. */
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

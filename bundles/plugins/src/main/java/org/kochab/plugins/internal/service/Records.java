package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugins that this member knows: a file each, written before the framework is touched. Any thread; writing blocks for the disk. */
final class Records {
    private static final Logger LOG = LoggerFactory.getLogger(Records.class);
    private static final String SUFFIX = ".json";

    private final Path directory;
    private final Codec codec;
    private final Map<String, PackageRecord> all = new ConcurrentSkipListMap<>();
    private final boolean allRead;

    /** Reads what is there. A file that cannot be read stays where it is, and so does what it is about. */
    Records(Path directory, Codec codec) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.codec = codec;
        boolean whole = true;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    PackageRecord record = codec.decode(Files.readAllBytes(file), PackageRecord.class);
                    all.put(record.name(), record);
                } catch (CodecException e) {
                    whole = false;
                    LOG.error("{} cannot be read; the plugin it is about is not known here", file, e);
                }
            }
        }
        allRead = whole;
    }

    /** Whether there was none that could not be read. */
    boolean wereAllRead() {
        return allRead;
    }

    /** Of the files that they are about, with those that may come back. */
    Set<String> digests() {
        return all.values().stream()
                .flatMap(r -> Stream.iterate(r, Objects::nonNull, PackageRecord::former))
                .map(PackageRecord::sha256)
                .collect(Collectors.toSet());
    }

    List<PackageRecord> list() {
        return List.copyOf(all.values());
    }

    Optional<PackageRecord> get(String name) {
        return Optional.ofNullable(all.get(name));
    }

    void write(PackageRecord record) {
        Path file = directory.resolve(record.name() + SUFFIX);
        Path fresh = directory.resolve(record.name() + ".new");
        try (FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(codec.encode(record));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + fresh, e);
        }
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        all.put(record.name(), record);
    }

    void delete(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name + SUFFIX));
            sync(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the record of " + name, e);
        }
        all.remove(name);
    }

    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

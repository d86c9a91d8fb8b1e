package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.kochab.plugins.internal.core.Refused;

/**
 * The files that plugins came in, each by its digest, so that a plugin can be installed again when the framework has lost it. One thread
 * at a time; blocks for the disk.
 */
final class PackageFiles {
    private static final String SUFFIX = ".package";

    private final Path directory;

    /** Those that an earlier process left and no record that could be read names. */
    private final Set<Path> spared = new HashSet<>();

    /** Removes what no record names, unless there are records that could not be read. */
    PackageFiles(Path directory, Records records) throws IOException {
        this.directory = directory;
        if (!records.wereAllRead()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
                files.forEach(spared::add);
            }
            records.digests().forEach(d -> spared.remove(file(d)));
        }
        retain(records.digests());
    }

    private Path file(String sha256) {
        return directory.resolve(sha256 + SUFFIX);
    }

    /** Keeps a file that has this digest. It is on the disk when this returns. */
    void keep(Path file, String sha256) throws IOException {
        Path to = file(sha256);
        if (Files.exists(to) && Sources.digest(to).equals(sha256)) {
            return;
        }
        Path fresh = directory.resolve(sha256 + ".new" + SUFFIX);
        Files.copy(file, fresh, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            out.force(true);
        }
        Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Records.sync(directory);
    }

    /**
     * Copies it: what is looked at is what is installed.
     *
     * @throws Refused if it is not there, or not what was kept
     */
    void copy(String sha256, Path to) throws IOException {
        Path file = file(sha256);
        if (!Files.isRegularFile(file)) {
            throw new Refused("its file is not kept here (" + file + ")");
        }
        if (!Sources.copy(file.toString(), to, Long.MAX_VALUE).equals(sha256)) {
            throw new Refused("its file is damaged: " + file + " has another digest than its name");
        }
    }

    /** Removes all others. */
    void retain(Set<String> digests) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path f : files) {
                String name = f.getFileName().toString();
                if (!spared.contains(f) && !digests.contains(name.substring(0, name.length() - SUFFIX.length()))) {
                    Files.delete(f);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean " + directory, e);
        }
    }
}

package org.kochab.store.ignite.internal.grid;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.kochab.spi.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's directory and what its two marker files say. Ignite does not fsync the files that describe caches: within seconds of their
 * creation a power cut leaves them empty, and with them everything is lost. So nothing is acknowledged before the second marker is there,
 * and it is written only after all else is on the disk.
 */
final class DataDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private static final String BEGUN = "kochab-bootstrap-begun";
    private static final String DONE = "kochab-bootstrap-done";
    private static final String UNFINISHED = ".unfinished";

    private final Path directory;

    DataDirectory(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    Path path() {
        return directory;
    }

    /**
     * Looks at what is there and makes it ready to be opened.
     *
     * @return whether this is the first start, so that {@link #finishBootstrap} must follow
     * @throws StoreException if what is there cannot be trusted
     */
    boolean prepare() {
        try {
            Files.createDirectories(directory);
            if (Files.exists(directory.resolve(DONE))) {
                refuseEmptyDescriptors();
                return false;
            }
            if (Files.exists(directory.resolve(BEGUN))) {
                moveUnfinishedAside();
            } else if (!isEmpty()) {
                throw new StoreException("the data directory " + directory + " has files but neither " + DONE + " nor "
                        + BEGUN + ": name an empty or absent directory, or restore the whole one from a backup");
            }
            mark(BEGUN);
            return true;
        } catch (IOException e) {
            throw new StoreException(
                    "cannot use the data directory " + directory + ": check its owner, rights and free space", e);
        }
    }

    /** Forces every file and directory to the disk, then says so. */
    void finishBootstrap() {
        try {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : (Iterable<Path>) all::iterator) {
                    force(path);
                }
            }
            mark(DONE);
        } catch (IOException e) {
            throw new StoreException("cannot write the data directory " + directory + ": check its free space", e);
        }
    }

    private void refuseEmptyDescriptors() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> empty = all.filter(DataDirectory::isDescriptor)
                    .filter(path -> path.toFile().length() == 0)
                    .toList();
            if (!empty.isEmpty()) {
                throw new StoreException("the store's descriptors " + empty
                        + " are empty although its bootstrap was finished: the disk lost them. Restore the directory "
                        + directory + " from a backup or another member; starting without them would lose all data");
            }
        }
    }

    /** The files without which Ignite starts as if it never had had a cache. */
    private static boolean isDescriptor(Path path) {
        String name = path.getFileName().toString();
        return name.equals("cache_data.dat") || name.endsWith(".classname");
    }

    /** Nothing in there was ever acknowledged; one generation is kept for a look at what happened. */
    private void moveUnfinishedAside() throws IOException {
        Path aside = directory.resolveSibling(directory.getFileName() + UNFINISHED);
        LOG.warn("The first start of the store in {} did not finish; its files go to {}", directory, aside);
        deleteTree(aside);
        Files.move(directory, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.createDirectories(directory);
        force(directory.getParent());
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.findAny().isEmpty();
        }
    }

    private void mark(String name) throws IOException {
        Path marker = directory.resolve(name);
        Files.writeString(marker, "1\n");
        force(marker);
        force(directory);
        force(directory.getParent());
    }

    private static void force(Path path) throws IOException {
        // a directory can be opened for reading and forced; on Linux that makes its entries durable
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            LOG.debug("{} went away while it was to be forced", path);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}

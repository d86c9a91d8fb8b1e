package org.kochab.store.ignite.internal.grid;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.kochab.spi.store.StoreException;
import org.kochab.store.ignite.internal.core.Copy;
import org.kochab.store.ignite.internal.core.Roll;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's directory and what its marker files say.
 *
 * <p>Ignite does not fsync the files that describe caches: within seconds of their creation a power cut leaves them empty, and with them
 * everything is lost. So nothing is acknowledged before {@link #DONE} is there, and it is written only after all else is on the disk.
 *
 * <p>The other markers say how this copy stands to those of the other members, see {@link Copy}. Every change of a marker is on the disk
 * when the method returns. Safe for any thread.
 */
final class DataDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private static final String PREFIX = "kochab-";
    private static final String BEGUN = PREFIX + "bootstrap-begun";
    private static final String DONE = PREFIX + "bootstrap-done";
    private static final String CLEAN = PREFIX + "clean";
    private static final String COPYING = PREFIX + "copying";
    private static final String ROLL = PREFIX + "roll";
    private static final String PROBE = PREFIX + "probe";
    private static final int PROBE_BYTES = 4096;

    /** Beside the directory: its replacement while it is made ready, and what it replaced, one generation of each. */
    private static final String NEXT = ".next";

    private static final String UNFINISHED = ".unfinished";
    private static final String OUTDATED = ".outdated";
    private static final String INCOMPLETE = ".incomplete";
    private static final String UNREADABLE = ".unreadable";

    private final Path directory;

    DataDirectory(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    Path path() {
        return directory;
    }

    /**
     * Looks at what is there and makes it ready to be opened. A clean copy is not called so any more afterwards, see {@link #markClean}.
     *
     * @return what there is; {@link #finishBootstrap} must follow if it is nothing
     * @throws StoreException if what is there cannot be trusted
     */
    synchronized Copy prepare() {
        try {
            finishReplacing();
            Files.createDirectories(directory);
            if (has(DONE)) {
                refuseEmptyDescriptors();
                if (readRoll().isEmpty()) {
                    LOG.warn("{} is damaged: this copy counts for nothing", directory.resolve(ROLL));
                    return Copy.DAMAGED;
                }
                if (has(COPYING)) {
                    return Copy.PART;
                }
                return remove(CLEAN) ? Copy.CLEAN : Copy.WHOLE;
            }
            if (has(BEGUN)) {
                if (holds(path -> !path.getFileName().toString().startsWith(PREFIX))) {
                    moveUnfinishedAside();
                }
            } else if (holds(path -> true)) {
                throw new StoreException("the data directory " + directory + " has files but neither " + DONE + " nor "
                        + BEGUN + ": name an empty or absent directory, or restore the whole one from a backup");
            } else {
                mark(BEGUN);
            }
            return has(COPYING) ? Copy.EMPTY : Copy.NEW;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Forces every file and directory to the disk, then says so. */
    synchronized void finishBootstrap() {
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

    /** Only while Ignite does not run: the others have all that is in this copy. */
    synchronized void markClean() {
        try {
            if (has(DONE) && !has(COPYING)) {
                mark(CLEAN);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** From now on this copy lacks something. */
    synchronized void markCopying() {
        try {
            if (!has(COPYING)) {
                mark(COPYING);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    synchronized boolean isCopying() {
        return has(COPYING);
    }

    /** The copy is complete, if {@code check} still says so. */
    synchronized void copied(BooleanSupplier check) {
        try {
            if (has(DONE) && check.getAsBoolean() && remove(COPYING)) {
                LOG.info("The copy of the store in {} is complete", directory);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** The newest roll that was called while this member was there; none if that cannot be read. */
    synchronized Roll roll() {
        try {
            return readRoll().orElse(Roll.NONE);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private Optional<Roll> readRoll() throws IOException {
        if (!has(ROLL)) {
            return Optional.of(Roll.NONE);
        }
        try {
            return Optional.of(
                    Roll.decode(Files.readString(directory.resolve(ROLL)).strip()));
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    synchronized void write(Roll roll) {
        try {
            write(directory, roll);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static void write(Path where, Roll roll) throws IOException {
        Path next = where.resolve(ROLL + NEXT);
        Files.writeString(next, roll.encode() + "\n");
        force(next);
        Files.move(next, where.resolve(ROLL), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(where);
    }

    /** Others have everything: this copy makes place for an empty one. The last complete one is kept for a look. */
    synchronized void giveUp(Copy copy) {
        try {
            if (copy == Copy.PART) {
                replace(INCOMPLETE, true);
                deleteTree(beside(INCOMPLETE));
            } else {
                LOG.warn(
                        "The store in {} may differ from the others: it goes to {}, and a new copy is made",
                        directory,
                        beside(OUTDATED));
                replace(OUTDATED, true);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** This copy cannot be opened: it makes place for an empty one, until {@link #takeBack} or for good. */
    synchronized void setAside() {
        try {
            replace(UNREADABLE, true);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Undoes {@link #setAside}. */
    synchronized void takeBack() {
        try {
            deleteTree(beside(NEXT));
            Files.move(directory, beside(NEXT), StandardCopyOption.ATOMIC_MOVE);
            Files.move(beside(UNREADABLE), directory, StandardCopyOption.ATOMIC_MOVE);
            force(directory.getParent());
            deleteTree(beside(NEXT));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** How long the disk takes for a page. Blocks for as long. */
    long probeMicros() {
        try (FileChannel channel =
                FileChannel.open(directory.resolve(PROBE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long begun = System.nanoTime();
            channel.write(ByteBuffer.allocate(PROBE_BYTES));
            channel.force(true);
            return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun);
        } catch (IOException e) {
            throw unusable(e);
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

    /** Nothing in there was ever acknowledged by this member; one generation is kept for a look at what happened. */
    private void moveUnfinishedAside() throws IOException {
        LOG.warn(
                "The first start of the store in {} did not finish; its files go to {}", directory, beside(UNFINISHED));
        replace(UNFINISHED, has(COPYING));
    }

    /** What this member knows of the others stays: it is what makes a majority know the newest roll. */
    private void replace(String aside, boolean copying) throws IOException {
        Path next = beside(NEXT);
        deleteTree(next);
        Files.createDirectories(next);
        if (!roll().equals(Roll.NONE)) {
            write(next, roll());
        }
        if (copying) {
            mark(next, COPYING);
        }
        mark(next, BEGUN);
        deleteTree(beside(aside));
        Files.move(directory, beside(aside), StandardCopyOption.ATOMIC_MOVE);
        finishReplacing();
    }

    /** Also after a crash in the middle of it. */
    private void finishReplacing() throws IOException {
        if (!Files.exists(directory) && Files.exists(beside(NEXT))) {
            Files.move(beside(NEXT), directory, StandardCopyOption.ATOMIC_MOVE);
            force(directory.getParent());
        }
    }

    private Path beside(String suffix) {
        return directory.resolveSibling(directory.getFileName() + suffix);
    }

    private boolean has(String marker) {
        return Files.exists(directory.resolve(marker));
    }

    private boolean holds(Predicate<Path> what) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.anyMatch(what);
        }
    }

    private void mark(String name) throws IOException {
        mark(directory, name);
        force(directory.getParent());
    }

    private static void mark(Path where, String name) throws IOException {
        Path marker = where.resolve(name);
        Files.writeString(marker, "1\n");
        force(marker);
        force(where);
    }

    private boolean remove(String name) throws IOException {
        boolean removed = Files.deleteIfExists(directory.resolve(name));
        force(directory);
        return removed;
    }

    private StoreException unusable(IOException e) {
        return new StoreException(
                "cannot use the data directory " + directory + ": check its owner, rights and free space", e);
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

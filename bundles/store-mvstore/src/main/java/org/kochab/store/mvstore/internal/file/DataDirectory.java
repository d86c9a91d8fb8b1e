package org.kochab.store.mvstore.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.kochab.spi.store.StoreException;
import org.kochab.store.mvstore.internal.core.DamagedException;
import org.kochab.store.mvstore.internal.core.Root;
import org.kochab.store.mvstore.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store's directory, locked and with its file open. What is in it was compared with what was acknowledged. */
final class DataDirectory {
    static final String DATA = "partitions.mv";
    static final String ACKNOWLEDGED = "acknowledged";

    /** A new file until it is whole. */
    private static final String NEW = DATA + ".new";

    /** A copy without the newest version, until it is known to be good. */
    private static final String TRIAL = DATA + ".trial";

    private static final int MOST_TRIALS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private final Path directory;
    private final int cacheMegabytes;
    private final Acknowledged acknowledged;

    private DataDirectory(Path directory, int cacheMegabytes, Acknowledged acknowledged) {
        this.directory = directory;
        this.cacheMegabytes = cacheMegabytes;
        this.acknowledged = acknowledged;
    }

    /** An open file, and what was acknowledged of it. Both are the caller's to close, the file first. */
    record Opened(Tables tables, Acknowledged acknowledged) {}

    /**
     * Locks the directory and opens what is in it; makes it if it is empty or not there. Reads the whole file.
     *
     * @throws DamagedException if something that was acknowledged is not there any more
     * @throws StoreException if it cannot be used now, or by this version
     */
    static Opened open(Settings settings) {
        Path directory = settings.directory().toAbsolutePath().normalize();
        try {
            Files.createDirectories(directory);
            refuseOthersFiles(directory);
            Acknowledged acknowledged = Acknowledged.open(directory.resolve(ACKNOWLEDGED));
            boolean open = false;
            try {
                Tables tables = new DataDirectory(directory, settings.cacheMegabytes(), acknowledged).open();
                open = true;
                return new Opened(tables, acknowledged);
            } finally {
                if (!open) {
                    acknowledged.close();
                }
            }
        } catch (IOException e) {
            throw new StoreException(
                    "cannot use " + directory + " (" + e + "): check its owner, rights and free space", e);
        } catch (DamagedException e) {
            throw new DamagedException(
                    e.getMessage() + ". Nothing in " + directory
                            + " was changed. Restore a backup into an empty directory"
                            + " and keep this one for whoever looks into it",
                    e);
        }
    }

    private static void refuseOthersFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<String> others = files.map(file -> file.getFileName().toString())
                    .filter(name -> !List.of(DATA, ACKNOWLEDGED, NEW, TRIAL).contains(name))
                    .sorted()
                    .limit(3)
                    .toList();
            if (!others.isEmpty()) {
                throw new StoreException(directory + " has files that are not of this store, " + others
                        + ": give the store a directory of its own");
            }
        }
    }

    private Tables open() throws IOException {
        Path data = directory.resolve(DATA);
        Files.deleteIfExists(directory.resolve(NEW));
        Files.deleteIfExists(directory.resolve(TRIAL));
        OptionalLong told = acknowledged.newest();
        if (!Files.exists(data)) {
            if (told.isPresent()) {
                throw new DamagedException(data + " is missing: put it back if you have it");
            }
            create(data);
        }
        Tables tables = verified(data, told);
        boolean good = false;
        try {
            // both places of the file are there from now on, also when the disk is full
            acknowledged.write(tables.sequence() - 1);
            acknowledged.write(tables.sequence());
            acknowledged.force();
            good = true;
            return tables;
        } finally {
            if (!good) {
                tables.abandon();
            }
        }
    }

    /** It has its name only once it is whole. */
    private void create(Path data) throws IOException {
        Path whole = directory.resolve(NEW);
        Tables.create(whole, cacheMegabytes);
        Files.move(whole, data, StandardCopyOption.ATOMIC_MOVE);
        force(directory);
        force(directory.getParent());
    }

    private Tables verified(Path data, OptionalLong told) throws IOException {
        if (Files.size(data) == 0) {
            throw new DamagedException(data + " is empty"); // for MVStore that would be a new one
        }
        try {
            return compared(data, told, Versions.of(data).newest());
        } catch (DamagedException e) {
            if (told.isEmpty() || !replaceByNewestWhole(data, told)) {
                throw e;
            }
            Tables tables = compared(data, told, Versions.of(data).newest());
            LOG.warn(
                    "{} did not end with a whole group of writes, as a loss of power leaves it. It goes on with group {}, the"
                            + " newest that is whole; the newest that is known to be acknowledged is {}",
                    data,
                    tables.sequence(),
                    told.getAsLong());
            return tables;
        }
    }

    /**
     * Opens a file if it is as it was written, and has all that was acknowledged.
     *
     * @param newest version that is in it: MVStore may have taken another
     */
    private Tables compared(Path data, OptionalLong told, long newest) {
        Tables tables = Tables.verified(data, DataFile.open(data, cacheMegabytes));
        String why = null;
        if (told.isEmpty() && tables.sequence() != Root.FIRST.sequence()) {
            why = directory.resolve(ACKNOWLEDGED) + " is missing or empty: put it back if you have it, " + data
                    + " alone does not show what it may have lost";
        } else if (told.isPresent() && tables.sequence() < told.getAsLong()) {
            why = data + " has lost writes that were acknowledged: it ends with group " + tables.sequence()
                    + ", the newest acknowledged one is " + told.getAsLong();
        } else if (tables.version() != newest) {
            why = data + " ends with version " + newest + ", and only version " + tables.version() + " can be read";
        }
        if (why != null) {
            tables.abandon();
            throw new DamagedException(why);
        }
        return tables;
    }

    /**
     * A loss of power can leave what was being written in parts, see {@link Versions}. The newest whole version is looked for in a copy, which
     * takes the file's place only if it has all that was acknowledged. Each version is forced before the next is begun, so it is not far.
     */
    private boolean replaceByNewestWhole(Path data, OptionalLong told) throws IOException {
        Path trial = directory.resolve(TRIAL);
        try {
            Files.copy(data, trial);
            Versions versions = Versions.of(trial);
            for (int i = 0; i < MOST_TRIALS && !versions.isEmpty(); i++) {
                try {
                    versions.point();
                    // not closed in order: MVStore looks less closely at a file that was
                    compared(trial, told, versions.newest()).abandon();
                    force(trial);
                    Files.move(trial, data, StandardCopyOption.ATOMIC_MOVE);
                    force(directory);
                    return true;
                } catch (DamagedException e) {
                    LOG.debug("A version of {} is not whole", data, e);
                    versions.forgetNewest();
                }
            }
            return false;
        } finally {
            Files.deleteIfExists(trial);
        }
    }

    /** A directory can be opened for reading and forced; on Linux that makes its entries durable. */
    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

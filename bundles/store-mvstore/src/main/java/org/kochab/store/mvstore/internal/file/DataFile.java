package org.kochab.store.mvstore.internal.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SingleFileStore;
import org.kochab.spi.store.StoreException;
import org.kochab.store.mvstore.internal.core.DamagedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How MVStore is told to keep a file, and what it does not do by itself. */
final class DataFile {
    private static final Logger LOG = LoggerFactory.getLogger(DataFile.class);

    /** Space that a version used is not written over before so many later ones are on the disk. */
    private static final int KEPT_VERSIONS = 5;

    private DataFile() {}

    /**
     * Opens a file, or makes it. Nothing is written but by the caller, on its own thread: no time and no amount of changes makes MVStore write
     * half of a group.
     *
     * @throws DamagedException if what is there is no such file any more
     * @throws StoreException if it is, and cannot be used now or by this version
     */
    static MVStore open(Path path, int cacheMegabytes) {
        SingleFileStore file = new SingleFileStore(new HashMap<>(Map.of("cacheSize", cacheMegabytes)));
        MVStore open = null;
        try {
            file.open(path.toString(), false, (char[]) null);
            open = new MVStore.Builder()
                    .adoptFileStore(file)
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .compress()
                    .open();
            // each version is forced before the next is begun, so there is no need to wait for the system to write it;
            // and no clock is asked, which on a box without a battery starts anywhere
            open.setRetentionTime(-1);
            open.setVersionsToKeep(KEPT_VERSIONS);
            return open;
        } catch (MVStoreException e) {
            throw asException(path, e);
        } catch (RuntimeException | AssertionError | OutOfMemoryError | StackOverflowError e) {
            throw unreadable(path, e);
        } finally {
            if (open == null) {
                release(file);
            }
        }
    }

    /** What MVStore says of a file that cannot be opened. */
    private static RuntimeException asException(Path path, MVStoreException e) {
        boolean disk = e.getCause() instanceof IOException && !(e.getCause() instanceof EOFException);
        return switch (e.getErrorCode()) {
            case DataUtils.ERROR_FILE_LOCKED ->
                new StoreException(path + " is in use by another process: stop that process", e);
            case DataUtils.ERROR_UNSUPPORTED_FORMAT ->
                new StoreException(
                        path + " is of another version of MVStore: run the version of Kochab that wrote it, or a newer"
                                + " one",
                        e);
            default -> disk ? new StoreException(path + " cannot be read: " + e.getCause(), e) : unreadable(path, e);
        };
    }

    /** Whatever a wrong byte can lead to, a length that is no length included. */
    static DamagedException unreadable(Path path, Throwable e) {
        return new DamagedException(path + " cannot be read: " + e, e);
    }

    private static void release(SingleFileStore file) {
        try {
            file.close();
        } catch (RuntimeException e) {
            LOG.debug("The file is closed, what it never had could not be", e);
        }
    }
}

package org.kochab.store.mvstore.internal.file;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How much is left of the disk. */
final class Space {
    /** What a group takes beyond its bytes: the pages that it changes are written whole. */
    private static final int PAGES = 4;

    private static final int MEBI = 20;

    private final Path directory;
    private final FileStore disk;
    private final long reserve;
    private volatile @Nullable String lacking;

    Space(Path directory, int reserveMegabytes) throws IOException {
        this.directory = directory;
        this.disk = Files.getFileStore(directory);
        this.reserve = (long) reserveMegabytes << MEBI;
    }

    /** Looks whether there is room for so many bytes; {@link #lacking} is the answer. */
    void look(long bytes) throws IOException {
        long usable = disk.getUsableSpace();
        lacking = usable >= reserve + PAGES * bytes
                ? null
                : "the disk of " + directory + " has " + (usable >> MEBI) + " MiB left and " + (reserve >> MEBI)
                        + " MiB are kept free: make room, nothing else is to be done";
    }

    /** Why nothing more is written; null if it is. */
    @Nullable
    String lacking() {
        return lacking;
    }
}

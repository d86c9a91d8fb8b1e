package org.kochab.chaos;

import java.io.IOException;
import java.nio.file.Path;

/** A way to run a member with load in it. */
interface Member {
    /** One word for the result. */
    String name();

    /**
     * Starts it on what the store directory has; returns at once.
     *
     * @param store the store's data, on the file system that the fault hits
     * @param logs where the load writes its files
     */
    Process start(Path store, Path logs, int round, long seed) throws IOException;
}

package org.kochab.store.ignite.internal.grid;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.PartitionStore;
import org.kochab.testkit.store.StoreContractTest;

class IgniteStoreTest extends StoreContractTest {
    private static final int PORT = 22_010;

    @TempDir
    static Path directory;

    @Override
    protected PartitionStore open() {
        return IgnitePartitionStore.open(TestSettings.of(directory.resolve("data"), PORT));
    }

    /** In one JVM it cannot end more abruptly than this; {@code KilledStoreTest} kills a JVM of its own. */
    @Override
    protected PartitionStore reopen(PartitionStore running) throws Exception {
        close(running);
        return open();
    }

    @Override
    protected void close(PartitionStore running) throws Exception {
        ((IgnitePartitionStore) running).close();
    }
}

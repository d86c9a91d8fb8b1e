package org.kochab.store.mvstore.internal.file;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.PartitionStore;
import org.kochab.testkit.store.StoreContractTest;

class MvStoreContractTest extends StoreContractTest {
    @TempDir
    static Path directory;

    @Override
    protected PartitionStore open() {
        return Writing.open(directory.resolve("data"));
    }

    @Override
    protected PartitionStore reopen(PartitionStore running) {
        ((MvPartitionStore) running).crash();
        return open();
    }

    @Override
    protected void close(PartitionStore running) {
        ((MvPartitionStore) running).close();
    }
}

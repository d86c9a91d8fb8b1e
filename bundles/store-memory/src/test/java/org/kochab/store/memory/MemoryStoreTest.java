package org.kochab.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kochab.spi.store.PartitionStore;
import org.kochab.testkit.store.StoreContractTest;

class MemoryStoreTest extends StoreContractTest {
    @Override
    protected PartitionStore open() {
        return new MemoryStore();
    }

    @Override
    protected PartitionStore reopen(PartitionStore running) {
        return ((MemoryStore) running).restarted();
    }

    @Override
    protected void close(PartitionStore running) {}

    @Test
    void saysThatNothingSurvives() {
        assertThat(new MemoryStore().health().message()).contains("tests");
        assertThat(new MemoryStore().health().durability()).startsWith("none");
    }
}

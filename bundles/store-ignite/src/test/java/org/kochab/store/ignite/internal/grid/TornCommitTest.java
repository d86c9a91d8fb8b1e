package org.kochab.store.ignite.internal.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kochab.store.ignite.internal.grid.KilledWriter.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.ignite.internal.pagemem.wal.record.DataEntry;
import org.apache.ignite.internal.pagemem.wal.record.DataRecord;
import org.apache.ignite.internal.pagemem.wal.record.WALRecord;
import org.apache.ignite.internal.processors.cache.GridCacheOperation;
import org.apache.ignite.internal.processors.cache.persistence.wal.reader.IgniteWalIteratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StorePut;
import org.kochab.store.ignite.internal.core.Block;
import org.kochab.store.ignite.internal.core.Keys;
import org.slf4j.LoggerFactory;

/** A crash can leave the front part of what a transaction logged. */
class TornCommitTest {
    private static final int PORT = 22_050;

    @TempDir
    Path directory;

    @Test
    void ofATornCommitNothingIsSeen() throws Exception {
        CommitBatch first = batch(1, List.of(put("a", "1"), put("b", "1"), put("c", "1")), List.of());
        CommitBatch torn = batch(2, List.of(put("a", "2"), put("d", "2")), List.of(key("b")));
        CommitBatch other = batch(2, List.of(put("e", "2")), List.of());
        try (IgnitePartitionStore store = open()) {
            lead(store);
            assertThat(await(store.commit(first))).isEqualTo(new CommitOutcome.Done());
        }
        try (Grid grid = Grid.start(TestSettings.of(directory.resolve("data"), PORT))) {
            // as if the crash had come between the slot and the head
            grid.entries().put(Keys.slot(Keys.prefix("p"), 1), Block.encode(torn));
        }
        try (IgnitePartitionStore store = open()) {
            assertThat(contents(store)).isEqualTo(Map.of("a", "1", "b", "1", "c", "1"));
            assertThat(await(store.commit(other))).isEqualTo(new CommitOutcome.Done());
            assertThat(contents(store)).isEqualTo(Map.of("a", "1", "b", "1", "c", "1", "e", "2"));
        }
    }

    @Test
    void dataOfAnEarlierLayoutIsNotTakenForNothing() {
        open().close();
        try (Grid grid = Grid.start(TestSettings.of(directory.resolve("data"), PORT))) {
            grid.heads().put(Keys.entry(Keys.prefix("p"), key("J")), new byte[] {1});
        }
        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("table of entries");
    }

    private static Map<String, String> contents(IgnitePartitionStore store) throws Exception {
        Map<String, String> found = new TreeMap<>();
        await(store.load("p", e -> found.put(new String(e.key(), UTF_8), new String(e.value(), UTF_8))));
        return found;
    }

    /** What is torn is harmless because of an order that Ignite keeps but does not promise. */
    @Test
    void theSlotIsLoggedBeforeTheHead() throws Exception {
        try (IgnitePartitionStore store = open()) {
            lead(store);
            for (int i = 1; i <= 3; i++) {
                CommitBatch batch = batch(i, List.of(put("a", "v" + i), put("b", "v")), List.of(key("gone")));
                assertThat(await(store.commit(batch))).isEqualTo(new CommitOutcome.Done());
            }
        }
        assertThat(logged())
                .containsExactly(
                        "kochab-heads",
                        "kochab-entries",
                        "kochab-heads",
                        "kochab-entries",
                        "kochab-heads",
                        "kochab-entries",
                        "kochab-heads");
    }

    /** The caches of the logged changes, in the order of the log. */
    private List<String> logged() throws Exception {
        int headsId = "kochab-heads".hashCode();
        int entriesId = "kochab-entries".hashCode();
        List<String> caches = new ArrayList<>();
        IgniteWalIteratorFactory factory =
                new IgniteWalIteratorFactory(new SlfLogger(LoggerFactory.getLogger(TornCommitTest.class)));
        try (var records = factory.iterator(directory.resolve("data/wal/test").toFile())) {
            while (records.hasNext()) {
                WALRecord record = records.next().get2();
                if (record instanceof DataRecord data) {
                    for (DataEntry entry : data.writeEntries()) {
                        assertThat(entry.op()).isNotEqualTo(GridCacheOperation.READ);
                        if (entry.cacheId() == headsId || entry.cacheId() == entriesId) {
                            caches.add(entry.cacheId() == headsId ? "kochab-heads" : "kochab-entries");
                        }
                    }
                }
            }
        }
        return caches;
    }

    private IgnitePartitionStore open() {
        return IgnitePartitionStore.open(TestSettings.of(directory.resolve("data"), PORT));
    }

    private static void lead(IgnitePartitionStore store) throws Exception {
        assertThat(await(store.compareAndSetLease("p", Optional.empty(), new LeaseRecord(1, "a", 0, 1_000))))
                .isTrue();
    }

    private static CommitBatch batch(long revision, List<StorePut> puts, List<byte[]> deletes) {
        return new CommitBatch("p", 1, revision - 1, revision, puts, deletes);
    }

    private static StorePut put(String key, String value) {
        return new StorePut(key(key), key(value));
    }

    private static byte[] key(String text) {
        return text.getBytes(UTF_8);
    }
}

package org.kochab.partition.internal.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.partition.Backups;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.LocalPartitions;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.store.memory.MemoryStore;

@Timeout(60)
class BackupTest {
    @TempDir
    Path directory;

    @Test
    void whatWasSavedIsThereAgainWithItsRevisionsUnderAHigherEpoch() throws Exception {
        Path file = directory.resolve("all.kochab");
        List<Entry> before;
        long revision;
        long epoch;
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            Partition tp = local.partition("tp-1");
            for (int i = 0; i < 3_000; i++) {
                put(tp, "k/" + i % 2_500, "value " + i);
            }
            commit(tp, new Transaction(List.of(), List.of(new Operation.Delete("k/7"))));
            // more than one batch of a restore
            for (int i = 0; i < 12; i++) {
                put(tp, "large/" + i, "x".repeat(1 << 20));
            }
            before = all(tp);
            revision = tp.revision();
            epoch = tp.epoch();

            List<Backups.Saved> saved = new PartitionBackups(local.partitionService()).backup(file);

            assertThat(saved).extracting(s -> s.id().value()).containsExactly("directory", "tp-1", "rm-1");
            assertThat(saved.get(1).revision()).isEqualTo(revision);
            assertThat(saved.get(1).entries()).isEqualTo(before.size());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(Files.list(directory)).containsExactly(file);
        }
        MemoryStore store = new MemoryStore();
        assertThat(Restore.into(store, "member-1", file)).isTrue();
        try (LocalPartitions local = LocalPartitions.start(store)) {
            Partition tp = local.partition("tp-1");
            assertThat(all(tp)).isEqualTo(before);
            assertThat(tp.revision()).isEqualTo(revision);
            assertThat(tp.epoch()).isGreaterThan(epoch + 999_999);
            put(tp, "after", "that");
        }
        // with the configuration still there, a later start changes nothing
        assertThat(Restore.into(store, "member-1", file)).isTrue();
        try (LocalPartitions local = LocalPartitions.start(store)) {
            assertThat(local.partition("tp-1").get("after")).isPresent();
        }
    }

    @Test
    void aRestoreThatWasInterruptedBeginsAnewAndAnotherMemberWaitsForIt() throws Exception {
        Path file = small();
        MemoryStore store = new MemoryStore();
        LeaseRecord begun = new LeaseRecord(1_000_001, "member-1", 0, 3_600_000);
        assertThat(store.compareAndSetLease("directory", Optional.empty(), begun)
                        .toCompletableFuture()
                        .get())
                .isTrue();
        assertThat(store.compareAndSetLease("tp-1", Optional.empty(), begun)
                        .toCompletableFuture()
                        .get())
                .isTrue();

        assertThat(Restore.into(store, "member-2", file)).isFalse();
        assertThat(Restore.into(store, "member-1", file)).isTrue();

        assertThat(Restore.into(store, "member-2", file)).isTrue();
        try (LocalPartitions local = LocalPartitions.start(store)) {
            assertThat(local.partition("tp-1").get("k")).isPresent();
        }
    }

    @Test
    void aDamagedBackupChangesNothingAndAStoreIsNotUsedWithoutIt() throws Exception {
        Path file = small();
        Manifest whole = manifest(file);
        byte[] bytes = Files.readAllBytes(file);
        int found = 0;
        for (int i = 0; i < bytes.length; i += 5) {
            bytes[i] ^= 4;
            Files.write(file, bytes);
            bytes[i] ^= 4;
            try {
                // a bit that means nothing to anybody, a time in the archive for example
                assertThat(manifest(file).partitions()).isEqualTo(whole.partitions());
            } catch (IOException e) {
                found++;
            }
        }
        assertThat(found).isGreaterThan(bytes.length / 10);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        MemoryStore store = new MemoryStore();
        assertThatThrownBy(() -> Restore.into(store, "member-1", file)).isInstanceOf(IOException.class);
        assertThat(store.lease("directory").toCompletableFuture().get()).isEmpty();

        Path text = Files.writeString(directory.resolve("text"), "no archive");
        assertThatThrownBy(() -> Restore.into(store, "member-1", text)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Restore.into(store, "member-1", directory.resolve("absent")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anExistingFileIsLeftAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("mine"), "precious");
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            assertThatThrownBy(() -> new PartitionBackups(local.partitionService()).backup(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("name another file");
        }
        assertThat(file).hasContent("precious");
    }

    private Path small() throws Exception {
        Path file = directory.resolve("small.kochab");
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            put(local.partition("tp-1"), "k", "v".repeat(5_000));
            new PartitionBackups(local.partitionService()).backup(file);
        }
        return file;
    }

    private static Manifest manifest(Path file) throws IOException, InterruptedException {
        try (BackupReader reader = new BackupReader(file)) {
            return reader.manifest();
        }
    }

    private static List<Entry> all(Partition partition) {
        ListPage page = partition.list("", 10_000);
        assertThat(page.next()).isEmpty();
        return page.entries();
    }

    private static void put(Partition partition, String key, String value) throws Exception {
        commit(partition, Transaction.put(key, value.getBytes(UTF_8)));
    }

    private static void commit(Partition partition, Transaction transaction) throws Exception {
        assertThat(partition.submit(transaction).toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isInstanceOf(CommitResult.Committed.class);
    }
}

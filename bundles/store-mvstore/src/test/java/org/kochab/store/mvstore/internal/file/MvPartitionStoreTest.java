package org.kochab.store.mvstore.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.LocalPartitions;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;
import org.kochab.store.mvstore.internal.core.Settings;

class MvPartitionStoreTest {
    @TempDir
    Path temporary;

    private Path data() {
        return temporary.resolve("data");
    }

    /** The whole kernel of a single member, with nothing that connects it to others. */
    @Test
    void aMemberNeedsNoOtherStore() throws Exception {
        try (MvPartitionStore store = Writing.open(data());
                LocalPartitions local = LocalPartitions.start(store)) {
            local.create("tp-2", PartitionKind.TENANT);
            CommitResult result = local.partition("tp-2")
                    .submit(Transaction.put("k", "v".getBytes(UTF_8)))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            assertThat(result).isInstanceOf(CommitResult.Committed.class);
            assertThat(store.health().commitMicrosP50()).isPositive();
        }
        try (MvPartitionStore store = Writing.open(data());
                LocalPartitions local = LocalPartitions.start(store)) {
            assertThat(local.partition("tp-2").get("k").orElseThrow().value()).isEqualTo("v".getBytes(UTF_8));
        }
    }

    @Test
    void nobodyWaitsForAnothersCode() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        try (MvPartitionStore store = Writing.open(data())) {
            long one = Writing.lead(store, "one");
            long two = Writing.lead(store, "two");
            long other = Writing.lead(store, "other");
            CompletableFuture<Void> answered = new CompletableFuture<>();
            CompletableFuture<Void> loading = new CompletableFuture<>();
            Writing.done(store, Writing.batch("two", two, 1, Writing.put("k", "v")));
            store.load("two", put -> hold(slow, loading));
            // long enough under way that the answer is not there before somebody waits for it; if it is, this thread
            // may hang
            CommitBatch large = Writing.batch("one", one, 1, new StorePut(new byte[1], new byte[1 << 20]));
            Thread caller = new Thread(() -> store.commit(large).thenAccept(outcome -> hold(slow, answered)));
            caller.start();
            loading.get(10, TimeUnit.SECONDS);
            answered.get(10, TimeUnit.SECONDS);
            for (int r = 1; r <= 20; r++) {
                Writing.done(store, Writing.batch("other", other, r, Writing.put("k", "" + r)));
            }
            assertThat(Writing.contents(store, "other")).isEqualTo(Map.of("k", "20"));
            slow.countDown();
            caller.join();
        } finally {
            slow.countDown();
        }
    }

    private static void hold(CountDownLatch until, CompletableFuture<Void> held) {
        held.complete(null);
        try {
            assertThat(until.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void beforeTheDiskIsFullCommitsAreRefusedAndTheRestGoesOn() throws Exception {
        long epoch;
        try (MvPartitionStore store = Writing.open(data())) {
            epoch = Writing.lead(store, "p");
            Writing.done(store, Writing.batch("p", epoch, 1, Writing.put("k", "1")));
        }
        try (MvPartitionStore store = MvPartitionStore.open(new Settings("mvstore", data(), 8, 100, 1 << 20))) {
            CommitOutcome outcome = Writing.await(store.commit(Writing.batch("p", epoch, 2, Writing.put("k", "2"))));
            assertThat(outcome.toString()).contains("Refused").contains("make room");
            assertThat(store.health().state()).isEqualTo(StoreHealth.State.FAILED);
            assertThat(store.health().message()).contains("MiB are kept free: make room");
            assertThat(Writing.lead(store, "p")).isEqualTo(epoch + 1);
            assertThat(Writing.contents(store, "p")).isEqualTo(Map.of("k", "1"));
            Writing.done(store, new CommitBatch("p", epoch + 1, 1, 2, List.of(), List.of("k".getBytes(UTF_8))));
        }
    }

    /** What is overwritten is given back. */
    @Test
    void theFileStaysSmall() throws Exception {
        Random random = new Random(1);
        try (MvPartitionStore store = Writing.open(data())) {
            long epoch = Writing.lead(store, "p");
            for (int r = 1; r <= 600; r++) {
                StorePut[] puts = new StorePut[10];
                for (int i = 0; i < puts.length; i++) {
                    byte[] value = new byte[500];
                    random.nextBytes(value);
                    puts[i] = new StorePut(("k" + (r + i * 37) % 400).getBytes(UTF_8), value);
                }
                Writing.done(store, Writing.batch("p", epoch, r, puts));
            }
            // 3 MB of values were written, and more in pages; 0.2 MB are kept
            assertThat(Files.size(data().resolve(DataDirectory.DATA))).isLessThan(3 << 20);
        }
    }

    @Test
    void aStoreThatIsLockedComesWhenItIsFreeAndADamagedOneSaysSo() throws Exception {
        MvPartitionStore other = Writing.open(data());
        BlockingQueue<MvPartitionStore> offered = new ArrayBlockingQueue<>(1);
        BlockingQueue<String> withdrawn = new ArrayBlockingQueue<>(1);
        try (StoreLife life = new StoreLife(Writing.settings(data()), store -> {
            offered.add(store);
            return () -> withdrawn.add(store.name());
        })) {
            life.start();
            await().until(() -> life.health().message().contains("in use by another store"));
            assertThat(life.health().state()).isEqualTo(StoreHealth.State.FAILED);
            other.close();
            MvPartitionStore store = offered.poll(30, TimeUnit.SECONDS);
            assertThat(store).isNotNull();
            assertThat(life.health().state()).isEqualTo(StoreHealth.State.READY);
            Writing.await(store.compareAndSetLease("p", Optional.empty(), new LeaseRecord(1, "a", 0, 1_000)));
        }
        assertThat(withdrawn.poll()).isEqualTo("mvstore");

        byte[] bytes = Files.readAllBytes(data().resolve(DataDirectory.DATA));
        Files.write(data().resolve(DataDirectory.DATA), new byte[bytes.length]);
        try (StoreLife life = new StoreLife(Writing.settings(data()), store -> {
            throw new AssertionError("offered");
        })) {
            life.start();
            await().until(() -> life.health().message().contains("Restore a backup"));
            assertThat(life.health().state()).isEqualTo(StoreHealth.State.FAILED);
        }
    }
}

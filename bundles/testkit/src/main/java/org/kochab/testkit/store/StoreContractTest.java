package org.kochab.testkit.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;

/**
 * What the partition kernel relies on. A store's own test extends this class; every test uses partitions of its own, so one store
 * serves them all.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoreContractTest extends StoreContractCalls {
    private static final LeaseRecord FIRST = new LeaseRecord(1, "a", 0, 5_000);

    private String p = "";

    /** Opens a store without contents, ready to commit. */
    protected abstract PartitionStore open() throws Exception;

    /**
     * Ends the running store as abruptly as this store's process allows while calls may be under way, and opens it again on what
     * it left. Calls that were under way may stay unanswered.
     */
    protected abstract PartitionStore reopen(PartitionStore running) throws Exception;

    /** Ends the store in order. */
    protected abstract void close(PartitionStore running) throws Exception;

    @BeforeAll
    void openStore() throws Exception {
        store = open();
    }

    @AfterAll
    void closeStore() throws Exception {
        close(store);
    }

    @BeforeEach
    void nameThePartition(TestInfo test) {
        p = "t-"
                + Integer.toHexString(
                        test.getTestMethod().orElseThrow().getName().hashCode());
    }

    @Test
    void aRegisteredStoreIsReady() {
        assertThat(store.name()).isNotBlank();
        assertThat(store.health().state()).isEqualTo(StoreHealth.State.READY);
        assertThat(store.health().durability()).isNotBlank();
    }

    @Test
    void aPartitionNobodyTookHasNoLeaseAndNoContents() throws Exception {
        assertThat(await(store.lease(p))).isEmpty();
        assertThat(contents(p)).isEmpty();
        assertThat(revision(p)).isZero();
    }

    @Test
    void aLeaseIsReplacedOnlyIfItIsStillTheExpectedOne() throws Exception {
        assertThat(cas(p, Optional.of(FIRST), FIRST)).isFalse();
        assertThat(cas(p, Optional.empty(), FIRST)).isTrue();
        assertThat(await(store.lease(p))).contains(FIRST);
        assertThat(cas(p, Optional.empty(), FIRST)).isFalse();
        for (LeaseRecord wrong : List.of(
                new LeaseRecord(2, "a", 0, 5_000),
                new LeaseRecord(1, "b", 0, 5_000),
                new LeaseRecord(1, "a", 1, 5_000),
                new LeaseRecord(1, "a", 0, 5_001))) {
            assertThat(cas(p, Optional.of(wrong), new LeaseRecord(9, "x", 0, 1)))
                    .isFalse();
        }
        LeaseRecord renewed = new LeaseRecord(1, "a", 1, 5_000);
        LeaseRecord givenBack = new LeaseRecord(1, "", 2, 5_000);
        assertThat(cas(p, Optional.of(FIRST), renewed)).isTrue();
        assertThat(cas(p, Optional.of(renewed), givenBack)).isTrue();
        assertThat(await(store.lease(p))).contains(givenBack);
    }

    @Test
    void ofManyContendersOneGetsTheLease() throws Exception {
        for (int round = 0; round < 10; round++) {
            String partition = p + "-" + round;
            List<Callable<Boolean>> contenders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                LeaseRecord mine = new LeaseRecord(1, "member-" + i, 0, 5_000);
                contenders.add(() -> cas(partition, Optional.empty(), mine));
            }
            assertThat(together(contenders)).containsOnlyOnce(true);
        }
    }

    @Test
    void nothingIsWrittenWithoutALease() throws Exception {
        assertThat(commit(batch(p, 1, 0, 1, List.of(put("k", "v")), List.of()))).isEqualTo(new CommitOutcome.Fenced(0));
        assertThat(contents(p)).isEmpty();
    }

    @Test
    void whatIsDoneIsThere() throws Exception {
        lead(p, 1);
        done(batch(p, 1, 0, 2, List.of(put("a", "1"), put("b", "2")), List.of()));
        assertThat(contents(p)).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(revision(p)).isEqualTo(2);
        done(batch(p, 1, 2, 3, List.of(put("a", "3"), put("c", "")), List.of(key("b"), key("never-there"))));
        assertThat(contents(p)).isEqualTo(Map.of("a", "3", "c", ""));
        done(batch(p, 1, 3, 4, List.of(put("b", "again")), List.of()));
        assertThat(contents(p)).isEqualTo(Map.of("a", "3", "b", "again", "c", ""));
        done(batch(p, 1, 4, 9, List.of(), List.of()));
        assertThat(revision(p)).isEqualTo(9);
    }

    @Test
    void anotherEpochIsFencedAndWritesNothing() throws Exception {
        lead(p, 1);
        done(batch(p, 1, 0, 1, List.of(put("a", "1")), List.of()));
        succeed(p, 2, "b");
        assertThat(commit(batch(p, 1, 1, 2, List.of(put("a", "old"), put("z", "old")), List.of())))
                .isEqualTo(new CommitOutcome.Fenced(2));
        assertThat(commit(batch(p, 3, 1, 2, List.of(put("a", "future")), List.of(key("a")))))
                .isEqualTo(new CommitOutcome.Fenced(2));
        assertThat(contents(p)).isEqualTo(Map.of("a", "1"));
        done(batch(p, 2, 1, 2, List.of(put("a", "new")), List.of()));
        assertThat(contents(p)).isEqualTo(Map.of("a", "new"));
    }

    @Test
    void aRenewedOrReturnedLeaseKeepsItsEpoch() throws Exception {
        lead(p, 4);
        LeaseRecord now = await(store.lease(p)).orElseThrow();
        assertThat(cas(p, Optional.of(now), new LeaseRecord(4, now.owner(), 1, now.ttlMillis())))
                .isTrue();
        done(batch(p, 4, 0, 1, List.of(put("a", "1")), List.of()));
    }

    @Test
    void anotherRevisionIsRefusedAndWritesNothing() throws Exception {
        lead(p, 1);
        done(batch(p, 1, 0, 5, List.of(put("a", "1")), List.of()));
        assertThat(commit(batch(p, 1, 4, 6, List.of(put("a", "x")), List.of())))
                .isEqualTo(new CommitOutcome.WrongRevision(5));
        assertThat(commit(batch(p, 1, 6, 7, List.of(put("b", "x")), List.of(key("a")))))
                .isEqualTo(new CommitOutcome.WrongRevision(5));
        assertThat(contents(p)).isEqualTo(Map.of("a", "1"));
        assertThat(revision(p)).isEqualTo(5);
    }

    @Test
    void theSameBatchAgainIsDoneAndAnOlderOneIsNot() throws Exception {
        lead(p, 1);
        CommitBatch first = batch(p, 1, 0, 1, List.of(put("a", "1"), put("b", "1")), List.of());
        CommitBatch second = batch(p, 1, 1, 2, List.of(put("a", "2")), List.of(key("b")));
        done(first);
        done(first);
        done(second);
        done(second);
        assertThat(commit(first)).isEqualTo(new CommitOutcome.WrongRevision(2));
        assertThat(contents(p)).isEqualTo(Map.of("a", "2"));
        succeed(p, 2, "b");
        done(second);
        CommitBatch third = batch(p, 1, 2, 3, List.of(put("a", "3")), List.of());
        assertThat(commit(third)).isEqualTo(new CommitOutcome.Fenced(2));
        done(batch(p, 2, 2, 3, List.of(put("a", "4")), List.of()));
        done(second);
        assertThat(commit(third)).isEqualTo(new CommitOutcome.Fenced(2));
        assertThat(contents(p)).isEqualTo(Map.of("a", "4"));
    }

    @Test
    void largeBatchesAndAnyBytesAreKept() throws Exception {
        lead(p, 1);
        List<StorePut> puts = new ArrayList<>();
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < 2_000; i++) {
            String value = "v".repeat(1_024) + i;
            puts.add(put("k" + i, value));
            expected.put("k" + i, value);
        }
        done(batch(p, 1, 0, 2_000, puts, List.of()));
        assertThat(contents(p)).isEqualTo(expected);

        byte[] bytes = new byte[1_500_064];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        byte[] longKey = "k".repeat(4_096).getBytes(UTF_8);
        byte[] oddKey = {0, -1, -128, 127, 0};
        done(batch(
                p,
                1,
                2_000,
                2_001,
                List.of(new StorePut(longKey, bytes), new StorePut(oddKey, new byte[0])),
                List.of()));
        List<StorePut> found = new ArrayList<>();
        await(store.load(p, found::add));
        assertThat(found).hasSize(2_002);
        assertThat(found).anyMatch(e -> Arrays.equals(e.key(), longKey) && Arrays.equals(e.value(), bytes));
        assertThat(found).anyMatch(e -> Arrays.equals(e.key(), oddKey) && e.value().length == 0);

        List<byte[]> deletes = new ArrayList<>();
        expected.keySet().forEach(k -> deletes.add(key(k)));
        deletes.add(longKey);
        deletes.add(oddKey);
        done(batch(p, 1, 2_001, 2_002, List.of(), deletes));
        assertThat(contents(p)).isEmpty();
    }

    @Test
    void partitionsWorkSideBySide() throws Exception {
        List<Callable<Boolean>> leaders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String mine = p + "-" + i;
            leaders.add(() -> {
                lead(mine, 1);
                for (int r = 0; r < 25; r++) {
                    done(batch(mine, 1, r, r + 1, List.of(put("who", mine), put("n", "" + r)), List.of()));
                }
                return true;
            });
        }
        assertThat(together(leaders)).containsOnly(true);
        for (int i = 0; i < 4; i++) {
            assertThat(contents(p + "-" + i)).isEqualTo(Map.of("who", p + "-" + i, "n", "24"));
        }
    }

    @Test
    void onceTheLeaseHasMovedTheOldLeaderWritesNothing() throws Exception {
        for (int round = 0; round < 5; round++) {
            String partition = p + "-" + round;
            lead(partition, 1);
            CountDownLatch started = new CountDownLatch(1);
            ExecutorService old = Executors.newSingleThreadExecutor();
            try {
                Future<Long> lastDone = old.submit(() -> {
                    for (long r = 0; ; r++) {
                        CommitOutcome o =
                                commit(batch(partition, 1, r, r + 1, List.of(put("r", "" + (r + 1))), List.of()));
                        if (r == 3) {
                            started.countDown();
                        }
                        if (!(o instanceof CommitOutcome.Done)) {
                            assertThat(o).isEqualTo(new CommitOutcome.Fenced(2));
                            return r;
                        }
                    }
                });
                assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
                succeed(partition, 2, "b");
                long seen = revision(partition);
                assertThat(lastDone.get(30, TimeUnit.SECONDS)).isEqualTo(seen);
                assertThat(contents(partition)).isEqualTo(Map.of("r", "" + seen));
                done(batch(partition, 2, seen, seen + 1, List.of(put("r", "new")), List.of()));
            } finally {
                old.shutdownNow();
            }
        }
    }

    @Test
    void droppingLeavesNothing() throws Exception {
        lead(p, 1);
        lead(p + "-other", 1);
        done(batch(p, 1, 0, 1, List.of(put("a", "1")), List.of()));
        done(batch(p + "-other", 1, 0, 1, List.of(put("a", "1")), List.of()));
        await(store.drop(p));
        await(store.drop(p));
        assertThat(await(store.lease(p))).isEmpty();
        assertThat(contents(p)).isEmpty();
        assertThat(revision(p)).isZero();
        assertThat(contents(p + "-other")).isEqualTo(Map.of("a", "1"));
        lead(p, 1);
        done(batch(p, 1, 0, 1, List.of(put("b", "1")), List.of()));
        assertThat(contents(p)).isEqualTo(Map.of("b", "1"));
    }

    @Test
    void aReopenedStoreHasAllOfIt() throws Exception {
        lead(p, 7);
        CommitBatch last = batch(p, 7, 1, 2, List.of(put("b", "2")), List.of());
        done(batch(p, 7, 0, 1, List.of(put("a", "1")), List.of()));
        done(last);
        store = reopen(store);
        assertThat(store.health().state()).isEqualTo(StoreHealth.State.READY);
        assertThat(await(store.lease(p)).map(LeaseRecord::epoch)).contains(7L);
        assertThat(contents(p)).isEqualTo(Map.of("a", "1", "b", "2"));
        done(last);
        assertThat(revision(p)).isEqualTo(2);
        done(batch(p, 7, 2, 3, List.of(put("c", "3")), List.of()));
        assertThat(contents(p)).isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));
    }

    @Test
    void aCrashUnderLoadLosesNothingDoneAndSplitsNoBatch() throws Exception {
        for (int round = 0; round < 3; round++) {
            String partition = p + "-" + round;
            lead(partition, 1);
            PartitionStore crashing = store;
            CountDownLatch started = new CountDownLatch(1);
            long[] acknowledged = {0};
            Thread writer = new Thread(
                    () -> {
                        for (long r = 1; ; r++) {
                            List<StorePut> puts = new ArrayList<>();
                            for (int k = 0; k < 20; k++) {
                                puts.add(put("k" + k, "" + r));
                            }
                            try {
                                CommitOutcome o =
                                        await(crashing.commit(batch(partition, 1, r - 1, r, puts, List.of())));
                                if (!(o instanceof CommitOutcome.Done)) {
                                    return;
                                }
                            } catch (Exception unanswered) {
                                return;
                            }
                            synchronized (acknowledged) {
                                acknowledged[0] = r;
                            }
                            if (r == 10) {
                                started.countDown();
                            }
                        }
                    },
                    "store-contract-writer");
            writer.start();
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            store = reopen(store);
            writer.interrupt();
            writer.join(40_000);
            assertThat(writer.isAlive()).isFalse();
            long done;
            synchronized (acknowledged) {
                done = acknowledged[0];
            }
            long found = revision(partition);
            assertThat(found).isBetween(done, done + 1);
            assertThat(contents(partition)).hasSize(20);
            assertThat(contents(partition).values()).containsOnly("" + found);
            done(batch(partition, 1, found, found + 1, List.of(put("k0", "on")), List.of()));
        }
    }
}

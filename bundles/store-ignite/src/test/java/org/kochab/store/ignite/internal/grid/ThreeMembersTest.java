package org.kochab.store.ignite.internal.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kochab.store.ignite.internal.grid.KilledWriter.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.cluster.MemberCallException;
import org.kochab.spi.cluster.MemberCallException.Reason;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;

/** Three members, two of them JVMs of their own that are killed: a majority writes on and loses nothing, a minority acknowledges nothing. */
class ThreeMembersTest {
    private static final int PORT = 31_900;
    private static final String P = "tp-1";
    private static final LeaseRecord MINE = new LeaseRecord(1, "a", 0, 10_000);

    @TempDir
    Path directory;

    private long revision;

    @Test
    @Timeout(300)
    void aMajorityGoesOnAndAMinorityStops() throws Exception {
        MemberProcess b = MemberProcess.start(directory, PORT, 1, 3);
        MemberProcess c = MemberProcess.start(directory, PORT, 2, 3);
        try (IgnitePartitionStore a = IgnitePartitionStore.open(TestSettings.member(directory, PORT, 0, 3))) {
            b.awaitReady();
            c.awaitReady();
            assertThat(a.health().members()).isEqualTo(3);
            assertThat(a.health().quorum()).isEqualTo(2);
            assertThat(a.calls().members()).containsExactly("a", "b", "c");
            assertThat(await(a.calls().request("c", "echo", "hello".getBytes(UTF_8), Duration.ofSeconds(20))))
                    .isEqualTo("hello".getBytes(UTF_8));
            assertThat(await(a.compareAndSetLease(P, Optional.empty(), MINE))).isTrue();
            writeAll(a, 20);
            CompletableFuture<byte[]> held = a.calls()
                    .request("b", "hold", new byte[0], Duration.ofMinutes(2))
                    .toCompletableFuture();

            b.kill();

            assertThatThrownBy(() -> held.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(MemberCallException.class, e -> assertThat(e.reason())
                            .isEqualTo(Reason.LOST));
            writeAll(a, 20);
            assertThat(a.health().state()).isEqualTo(StoreHealth.State.READY);
            assertThat(a.health().members()).isEqualTo(2);

            c.kill();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> a.health().state() == StoreHealth.State.NO_QUORUM);
            assertThat(write(a)).isNotInstanceOf(CommitOutcome.Done.class);
            assertThatThrownBy(() -> await(a.lease(P))).hasCauseInstanceOf(StoreException.class);
            assertThatThrownBy(() -> await(a.compareAndSetLease(P, Optional.of(MINE), MINE)))
                    .hasCauseInstanceOf(StoreException.class);

            b = MemberProcess.start(directory, PORT, 1, 3);
            b.awaitReady();
            assertThat(a.health().state()).isEqualTo(StoreHealth.State.READY);
            writeAll(a, 20);
        }
        // All that was acknowledged while c was away is with b, which goes on with c although a is gone now.
        c = MemberProcess.start(directory, PORT, 2, 3);
        c.awaitReady();
        b.kill();
        c.kill();
        MemberProcess again = MemberProcess.start(directory, PORT, 1, 3);
        try (IgnitePartitionStore a = IgnitePartitionStore.open(TestSettings.member(directory, PORT, 0, 3))) {
            again.awaitReady();
            check(a);
        } finally {
            again.kill();
        }
    }

    private void writeAll(IgnitePartitionStore store, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            CommitOutcome outcome = write(store);
            // What the kernel does: the very same batch again, until it is known.
            for (int again = 0; again < 10 && !(outcome instanceof CommitOutcome.Done); again++) {
                outcome = await(store.commit(batch(revision + 1)));
            }
            assertThat(outcome).isEqualTo(new CommitOutcome.Done());
            revision++;
        }
        check(store);
    }

    private CommitOutcome write(IgnitePartitionStore store) throws Exception {
        return await(store.commit(batch(revision + 1)));
    }

    private static CommitBatch batch(long revision) {
        byte[] key = ("k" + revision % 7).getBytes(UTF_8);
        return new CommitBatch(
                P, 1, revision - 1, revision, List.of(new StorePut(key, ("" + revision).getBytes(UTF_8))), List.of());
    }

    private void check(IgnitePartitionStore store) throws Exception {
        Map<String, String> found = new TreeMap<>();
        long at = await(store.load(P, put -> found.put(new String(put.key(), UTF_8), new String(put.value(), UTF_8))));
        assertThat(at).isEqualTo(revision);
        assertThat(found).hasSize((int) Math.min(7, revision)).containsEntry("k" + revision % 7, "" + revision);
    }
}

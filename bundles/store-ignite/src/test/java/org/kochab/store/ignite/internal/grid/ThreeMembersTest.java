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

/**
 * Three members, two of them JVMs of their own that are killed and paused: a majority writes on and loses nothing, a minority acknowledges
 * nothing and leaves, and whoever was away comes back by itself.
 */
class ThreeMembersTest {
    private static final int PORT = 23_130;
    private static final String P = "tp-1";
    private static final LeaseRecord MINE = new LeaseRecord(1, "a", 0, 10_000);

    @TempDir
    Path directory;

    /** Three members start, copy and write beside other tests. How soon they heal alone on a machine is for the chaos campaigns to say. */
    private static final Duration SOON = Duration.ofSeconds(90);

    private long revision;

    @Test
    @Timeout(300)
    void aMajorityGoesOnAMinorityLeavesAndAllComeBack() throws Exception {
        MemberProcess b = MemberProcess.start(directory, PORT, 1, 3);
        MemberProcess c = MemberProcess.start(directory, PORT, 2, 3);
        try (LivingStore life = new LivingStore(TestSettings.member(directory, PORT, 0, 3))) {
            IgnitePartitionStore a = life.store();
            b.awaitReady();
            c.awaitReady();
            assertThat(a.calls().members()).containsExactly("a", "b", "c");
            assertThat(await(a.calls().request("c", "echo", "hello".getBytes(UTF_8), Duration.ofSeconds(20))))
                    .isEqualTo("hello".getBytes(UTF_8));
            awaitCopies(life, 3);
            assertThat(await(a.compareAndSetLease(P, Optional.empty(), MINE))).isTrue();
            writeAll(a, 20);
            CompletableFuture<byte[]> held = a.calls()
                    .request("c", "hold", new byte[0], Duration.ofMinutes(2))
                    .toCompletableFuture();

            // paused for longer than a member may be silent: the others go on, it finds out and copies anew
            c.signal("STOP");
            assertThatThrownBy(() -> held.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(MemberCallException.class, e -> assertThat(e.reason())
                            .isEqualTo(Reason.LOST));
            writeAll(a, 20);
            awaitCopies(life, 2);
            assertThat(life.health().members()).isEqualTo(2);
            c.signal("CONT");
            c.await("withdrawn");
            c.awaitReady();
            awaitCopies(life, 3);
            assertThat(directory.resolve("c.outdated")).exists();

            // killed: the same
            b.kill();
            writeAll(a, 20);
            b = MemberProcess.start(directory, PORT, 1, 3);
            b.awaitReady();
            awaitCopies(life, 3);
            assertThat(directory.resolve("b.outdated")).exists();

            // stopped in order: what it has is good
            c.close();
            writeAll(a, 20);
            c = MemberProcess.start(directory, PORT, 2, 3);
            c.awaitReady();
            awaitCopies(life, 3);
            Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(
                            directory.resolve("c").resolve("kochab-copying"))
                    .doesNotExist());

            // alone
            b.signal("STOP");
            c.signal("STOP");
            assertThat(write(a)).isNotInstanceOf(CommitOutcome.Done.class);
            assertThatThrownBy(() -> await(a.lease(P))).hasCauseInstanceOf(StoreException.class);
            assertThatThrownBy(() -> await(a.compareAndSetLease(P, Optional.of(MINE), MINE)))
                    .hasCauseInstanceOf(StoreException.class);
            Awaitility.await().atMost(SOON).until(() -> !life.isOffered());
            assertThat(life.health().state()).isNotEqualTo(StoreHealth.State.READY);
            assertThat(life.health().message()).isNotEmpty();
            b.signal("CONT");
            c.signal("CONT");
            awaitCopies(life, 3);
            // Not before: on a busy machine it may be opened more than once until all are back.
            writeAll(life.store(), 20);
        } finally {
            b.kill();
            c.kill();
        }
    }

    private static void awaitCopies(LivingStore life, int copies) {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            assertThat(life.health().copies()).isEqualTo(copies);
            assertThat(life.health().missing()).isZero();
        });
        assertThat(life.health().state()).isEqualTo(StoreHealth.State.READY);
        assertThat(life.health().diskMicrosP99()).isPositive();
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

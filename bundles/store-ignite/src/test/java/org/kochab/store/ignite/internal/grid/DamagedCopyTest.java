package org.kochab.store.ignite.internal.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.store.ignite.internal.grid.KilledWriter.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;

/** A member whose disk gives back something else than was written joins the others with a new copy, by itself; where nobody else has one, it stays out. */
class DamagedCopyTest {
    private static final int PORT = 23_150;
    private static final String P = "tp-1";
    private static final int BATCHES = 60;
    private static final int BITS = 1_000;

    @TempDir
    Path directory;

    @Test
    @Timeout(240)
    void aDamagedMemberCopiesFromTheOthers() throws Exception {
        Random random = new Random(Long.getLong("kochab.seed", 1));
        List<LivingStore> members = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                members.add(open(i));
            }
            for (LivingStore member : members) {
                member.store();
            }
            LivingStore a = members.get(0);
            assertThat(await(a.store().compareAndSetLease(P, Optional.empty(), new LeaseRecord(1, "a", 0, 10_000))))
                    .isTrue();
            commit(a, 1, BATCHES);
            members.remove(2).close();
            damage(directory.resolve("c"), random);
            commit(a, BATCHES + 1, BATCHES + 10);

            LivingStore c = open(2);
            members.add(c);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(90))
                    .untilAsserted(() -> assertThat(a.health().copies()).isEqualTo(3));
            // of a and b one goes: what c has counts
            members.remove(1).close();
            commit(c, BATCHES + 11, BATCHES + 20);
            assertThat(contents(c)).isEqualTo(expected(BATCHES + 20));
        } finally {
            members.forEach(LivingStore::close);
        }
    }

    /** All three, in order. */
    private void beginAndEnd() {
        try (LivingStore a = open(0);
                LivingStore b = open(1);
                LivingStore c = open(2)) {
            a.store();
            b.store();
            c.store();
        }
    }

    @Test
    @Timeout(240)
    void oneThatHasOnlyToCopyDoesNotKeepTheOthersOut() throws Exception {
        beginAndEnd();
        Path given = directory.resolve("a");
        Files.move(given, directory.resolve("a.outdated"));
        DataDirectory empty = new DataDirectory(given);
        empty.prepare();
        empty.markCopying();
        try (LivingStore a = open(0)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !a.health().message().contains("it is being opened"));
            try (LivingStore b = open(1);
                    LivingStore c = open(2)) {
                // Less than a start may take.
                Awaitility.await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(
                                List.of(a.health(), b.health(), c.health()))
                        .extracting(StoreHealth::copies)
                        .containsOnly(3));
            }
        }
    }

    @Test
    @Timeout(120)
    void whatNobodyElseHasStaysWhereItIs() throws Exception {
        beginAndEnd();
        Path data = directory.resolve("c");
        Path unreadable = data.resolve("db/c/lock");
        Files.deleteIfExists(unreadable);
        Files.createDirectories(unreadable.resolve("not-a-file"));
        try (LivingStore c = open(2)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(c.health().state()).isEqualTo(StoreHealth.State.FAILED));
            assertThat(unreadable).isDirectory();
            assertThat(directory.resolve("c.unreadable")).doesNotExist();
        }
    }

    private LivingStore open(int index) {
        return new LivingStore(TestSettings.member(directory, PORT, index, 3));
    }

    private static void commit(LivingStore member, int from, int to) {
        for (int r = from; r <= to; r++) {
            CommitBatch batch = new CommitBatch(
                    P, 1, r - 1, r, List.of(new StorePut(("k" + r % 40).getBytes(UTF_8), value(r))), List.of());
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(await(member.store().commit(batch))).isEqualTo(new CommitOutcome.Done()));
        }
    }

    private static byte[] value(int revision) {
        return ("v" + revision + "-".repeat(5_000)).getBytes(UTF_8);
    }

    private static TreeMap<String, String> contents(LivingStore member) throws Exception {
        TreeMap<String, String> found = new TreeMap<>();
        await(member.store().load(P, put -> found.put(new String(put.key(), UTF_8), new String(put.value(), UTF_8))));
        return found;
    }

    private static TreeMap<String, String> expected(int revision) {
        TreeMap<String, String> all = new TreeMap<>();
        for (int r = 1; r <= revision; r++) {
            all.put("k" + r % 40, new String(value(r), UTF_8));
        }
        return all;
    }

    private static void damage(Path root, Random random) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile)
                    .filter(f -> f.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
        for (int i = 0; i < BITS; i++) {
            try (FileChannel file = FileChannel.open(
                    files.get(random.nextInt(files.size())), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long at = (long) (random.nextDouble() * file.size());
                ByteBuffer one = ByteBuffer.allocate(1);
                file.read(one, at);
                one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8)));
                file.write(one.flip(), at);
            }
        }
    }
}

package org.kochab.store.ignite.internal.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.store.ignite.internal.grid.KilledWriter.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.CachePeekMode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StorePut;
import org.kochab.store.ignite.internal.core.Keys;

/**
 * Two copies with the same number of changes and other contents: Ignite takes them for equal. It is made as a split makes it: two of the three are
 * put back to before a change that the third has, and go on with another. What they have counts.
 */
class DivergedCopyTest {
    private static final int PORT = 23_110;
    private static final String P = "tp-1";
    private static final LeaseRecord MINE = new LeaseRecord(1, "x", 0, 10_000);

    @TempDir
    Path directory;

    private final SortedMap<String, LivingStore> open = new TreeMap<>();

    @AfterEach
    void close() {
        closeAll();
    }

    @Test
    @Timeout(180)
    void aDivergedCopyIsNeverTakenForAGoodOne() throws Exception {
        start("abc");
        assertThat(await(store("c").compareAndSetLease(P, Optional.empty(), MINE)))
                .isTrue();
        commit(1, "both");
        stop("a");
        save("a");
        start("a");
        awaitCopies("c", 3);
        stop("b");
        save("b");
        commit(2, "diverged");
        assertThat(secondBatchOf("c")).contains("diverged");
        kill();
        save("c");

        restore("a");
        restore("b");
        start("ab");
        commit(2, "good");

        // others run: c gives way to them
        restore("c");
        start("c");
        awaitCopies("c", 3);
        assertThat(secondBatchOf("c")).contains("good");
        assertThat(directory.resolve("c.outdated")).exists();
        kill();

        // nobody runs: of the two that meet, b has what was there last
        restore("c");
        start("bc");
        commit(3, "after");
        assertThat(secondBatchOf("c")).contains("good");
    }

    /** As it lies in a member's own copy, whoever is asked for it else. */
    private static String secondBatchOf(String member) {
        byte[] slot = Ignition.ignite("kochab-ignite-" + member)
                .<byte[], byte[]>cache(GridConfiguration.ENTRIES)
                .localPeek(Keys.slot(Keys.prefix(P), 1), CachePeekMode.PRIMARY, CachePeekMode.BACKUP);
        return slot == null ? "nothing" : new String(slot, UTF_8);
    }

    private IgnitePartitionStore store(String member) {
        return Objects.requireNonNull(open.get(member)).store();
    }

    private void awaitCopies(String member, int copies) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(store(member).health().copies()).isEqualTo(copies));
    }

    private void start(String members) {
        for (String name : members.split("")) {
            open.put(name, new LivingStore(TestSettings.member(directory, PORT, name.charAt(0) - 'a', 3)));
        }
        open.keySet().forEach(this::store);
    }

    private void commit(long revision, String value) throws Exception {
        CommitBatch batch = new CommitBatch(
                P,
                1,
                revision - 1,
                revision,
                List.of(new StorePut("k".getBytes(UTF_8), value.getBytes(UTF_8))),
                List.of());
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        await(store(open.firstKey()).commit(batch)))
                .isEqualTo(new CommitOutcome.Done()));
    }

    private void closeAll() {
        List.copyOf(open.keySet()).forEach(this::stop);
    }

    private void stop(String member) {
        Objects.requireNonNull(open.remove(member)).close();
    }

    /** As if they had been killed: what they leave does not say that they stopped in order. */
    private void kill() throws IOException {
        closeAll();
        for (String name : List.of("a", "b", "c")) {
            Files.deleteIfExists(directory.resolve(name).resolve("kochab-clean"));
        }
    }

    private void save(String member) throws IOException {
        copy(directory.resolve(member), directory.resolve(member + ".saved"));
    }

    private void restore(String member) throws IOException {
        delete(directory.resolve(member));
        copy(directory.resolve(member + ".saved"), directory.resolve(member));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private static void delete(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}

package org.kochab.store.mvstore.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.StoreException;

/** JVMs of their own, ended by SIGKILL or by the system's refusal to write more: what they acknowledged is there, each batch whole. */
class KilledStoreTest {
    private static final int ROUNDS = 12;

    @TempDir
    Path directory;

    private final KilledWriter.Said said = new KilledWriter.Said();

    @Test
    @Timeout(300)
    void losesNothingAcknowledgedAndSplitsNoBatch() throws Exception {
        Random random = new Random(20_260_101);
        for (int round = 0; round < ROUNDS; round++) {
            Process writer = KilledWriter.Said.start(data(), "");
            said.untilKilled(writer, 100 + random.nextInt(400));
            assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(said.failure).isEmpty();
            check();
        }
        assertThat(said.acknowledged).hasSize(KilledWriter.PARTITIONS);
    }

    @Test
    @Timeout(120)
    void aFileThatMayNotGrowLosesNothingEither() throws Exception {
        // units of 512 bytes: what is kept fits in, what is written over does not
        Process writer = KilledWriter.Said.start(data(), "ulimit -f 2400;");
        said.untilKilled(writer, 100_000);
        assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(said.failure).contains("writing failed").contains("too large");
        check();
    }

    @Test
    @Timeout(60)
    void twoProcessesDoNotShareADirectory() throws Exception {
        Process writer = KilledWriter.Said.start(data(), "");
        try (BufferedReader lines = writer.inputReader(UTF_8)) {
            assertThat(lines.readLine()).startsWith("try");
            assertThatThrownBy(() -> Writing.open(data()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(data() + " is in use by another store: stop the other process");
        } finally {
            writer.destroyForcibly();
        }
        assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        try (MvPartitionStore store = Writing.open(data())) {
            assertThatThrownBy(() -> Writing.open(data())).hasMessageContaining("is in use by another store");
            assertThat(store.failure()).isNull();
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private void check() throws Exception {
        assertThat(said.acknowledged).isNotEmpty();
        try (MvPartitionStore store = Writing.open(data())) {
            for (String partition : said.acknowledged.keySet()) {
                Map<String, String> found = Writing.contents(store, partition);
                long revision = Writing.await(store.load(partition, put -> {}));
                assertThat(revision).isBetween(said.acknowledged.get(partition), said.tried.get(partition));
                assertThat(found).hasSize(KilledWriter.KEYS - 1);
                assertThat(found).doesNotContainKey("k" + revision % KilledWriter.KEYS);
                assertThat(found.values()).allMatch(value -> value.startsWith(revision + " "));
            }
        }
    }
}

package org.kochab.store.ignite.internal.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.store.ignite.internal.grid.KilledWriter.await;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.testkit.process.TestProcess;

/** A JVM of its own is killed with SIGKILL in the middle of commits; what it acknowledged is there afterwards, each batch whole. */
class KilledStoreTest {
    private static final int PORT = 22_030;
    private static final int ROUNDS = 4;

    @TempDir
    Path directory;

    private final Map<String, Long> tried = new TreeMap<>();
    private final Map<String, Long> acknowledged = new TreeMap<>();

    @Test
    @Timeout(180)
    void losesNothingAcknowledgedAndSplitsNoBatch() throws Exception {
        Random random = new Random(20_260_101);
        for (int round = 0; round < ROUNDS; round++) {
            runAndKill(200 + random.nextInt(600));
            check();
        }
        assertThat(acknowledged).hasSize(KilledWriter.PARTITIONS);
    }

    /** Lets the writer acknowledge so many commits, then kills it. */
    private void runAndKill(int commits) throws Exception {
        List<String> options =
                new ArrayList<>(List.of(System.getProperty("kochab.test.opens").split(" ")));
        options.add("-Xmx256m");
        List<String> command = TestProcess.java(options);
        command.add(KilledWriter.class.getName());
        command.addAll(List.of(directory.resolve("data").toString(), "" + PORT));
        Process writer = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = writer.inputReader(UTF_8)) {
            int seen = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "try" -> tried.put(words[1], Long.parseLong(words[2]));
                    case "ack" -> {
                        acknowledged.put(words[1], Long.parseLong(words[2]));
                        if (++seen == commits) {
                            // what it printed before it died is still read to the end
                            writer.toHandle().destroyForcibly();
                        }
                    }
                    default -> throw new AssertionError(line);
                }
            }
        } finally {
            writer.destroyForcibly();
        }
        assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private void check() throws Exception {
        try (IgnitePartitionStore store = IgnitePartitionStore.open(TestSettings.of(directory.resolve("data"), PORT))) {
            for (String partition : acknowledged.keySet()) {
                Map<String, String> found = new TreeMap<>();
                long revision = await(store.load(
                        partition, put -> found.put(new String(put.key(), UTF_8), new String(put.value(), UTF_8))));
                assertThat(revision).isBetween(acknowledged.get(partition), tried.get(partition));
                assertThat(found).hasSize(KilledWriter.KEYS - 1);
                assertThat(found).doesNotContainKey("k" + revision % KilledWriter.KEYS);
                assertThat(found.values()).allMatch(value -> value.startsWith(revision + " "));
            }
        }
    }
}

package org.kochab.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

class ChaosLoadTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path logs;

    @Test
    void logsEveryAttemptBeforeItsAnswerAndTheStateAtTheStart() throws Exception {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            Path log = logs.resolve("log-1-0.txt");
            try (ChaosLoad load = ChaosLoad.start(local.partition("tp-1"), logs, 1, 2, 7)) {
                assertThat(load).isNotNull();
                await().atMost(LIMIT).until(() -> {
                    try (Stream<String> now = Files.lines(log)) {
                        return now.filter(l -> l.startsWith("A ")).count() > 50;
                    }
                });
            }
            List<String> lines = Files.readAllLines(log);
            for (int i = 0; i < lines.size(); i++) {
                String[] words = lines.get(i).split(" ");
                if (words[0].equals("A")) {
                    String asked = "S " + words[1] + " ";
                    assertThat(lines.subList(0, i)).anyMatch(line -> line.startsWith(asked));
                }
            }
            assertThat(Files.readAllLines(logs.resolve("state-1.txt")))
                    .hasSize(1)
                    .allMatch(l -> l.startsWith("END "));
            // Behind whatever the writers left under way.
            local.partition("tp-1")
                    .submit(Transaction.put("behind", new byte[1]))
                    .toCompletableFuture()
                    .join();
            // What was deleted last may be all that a writer has: the partition itself says what there is.
            List<String> kept = local.partition("tp-1").list(ChaosLoad.PREFIX, 1_000).entries().stream()
                    .map(e -> e.key().substring(ChaosLoad.PREFIX.length()) + " "
                            + new String(e.value(), StandardCharsets.UTF_8))
                    .toList();
            try (ChaosLoad load = ChaosLoad.start(local.partition("tp-1"), logs, 2, 2, 7)) {
                assertThat(load).isNotNull();
            }
            assertThat(Files.readAllLines(logs.resolve("state-2.txt")))
                    .filteredOn(l -> !l.startsWith("END "))
                    .isEqualTo(kept);
        }
    }
}

package org.kochab.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

class ChaosLoadTest {
    @TempDir
    Path logs;

    @Test
    void logsEveryAttemptBeforeItsAnswerAndTheStateAtTheStart() throws Exception {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            Path log = logs.resolve("log-1-0.txt");
            try (ChaosLoad load = ChaosLoad.start(local.partition("tp-1"), logs, 1, 2, 7)) {
                assertThat(load).isNotNull();
                await().until(() -> answers(log) > 50 && answers(logs.resolve("log-1-1.txt")) > 0);
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
            try (ChaosLoad load = ChaosLoad.start(local.partition("tp-1"), logs, 2, 2, 7)) {
                assertThat(load).isNotNull();
            }
            assertThat(Files.readAllLines(logs.resolve("state-2.txt"))).anyMatch(l -> l.startsWith("a/1/"));
        }
    }

    /** A writer makes its log when it begins. */
    private static long answers(Path log) throws IOException {
        if (!Files.exists(log)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(l -> l.startsWith("A ")).count();
        }
    }
}

package org.kochab.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

class ClusterLoadTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path logs;

    @Test
    void logsWhatItAsksIsToldAndSeesAndEndsWhenItIsTold() throws Exception {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            String member = local.partitionService().member();
            Path log = logs.resolve(member).resolve("tp-1").resolve("log-0-0.txt");
            try (ClusterLoad load = ClusterLoad.start(
                    local.partitionService(),
                    List.of(member),
                    List.of("tp-1"),
                    logs,
                    1,
                    new ClusterLoad.Crew(2, 40, 1),
                    Duration.ofSeconds(1))) {
                assertThat(load).isNotNull();
                for (String kind : List.of("S ", "C ", "A ", "G ", "W ", "E ", "M ", "K ")) {
                    await().atMost(LIMIT).until(() -> lines(log).stream().anyMatch(l -> l.startsWith(kind)));
                }
                await().atMost(LIMIT)
                        .until(() -> lines(log).stream().anyMatch(l -> l.startsWith("E ") && isAPut(l, lines(log))));
                Files.createFile(logs.resolve("stop"));
                await().atMost(LIMIT).until(() -> lines(log).stream().anyMatch(l -> l.startsWith("Z ")));
            }
        }
    }

    /** The watcher sees the content that the writer announced, at the revision that was acknowledged. */
    private static boolean isAPut(String event, List<String> lines) {
        String[] seen = event.split(" ");
        return lines.stream()
                .filter(l -> l.startsWith("A ") && l.endsWith(" " + seen[1]))
                .map(l -> l.split(" ")[1])
                .anyMatch(id -> lines.stream()
                        .anyMatch(l -> l.startsWith("S " + id + " ") && l.contains(" put ") && l.endsWith(seen[2])));
    }

    /** Without one that is just being written. */
    private static List<String> lines(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            String all = Files.readString(file);
            return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

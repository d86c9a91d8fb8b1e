package org.kochab.hosttasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskLogTest {
    private static final int LOOKS = 5;

    @TempDir
    private Path directory;

    private final StringBuilder taken = new StringBuilder();

    /** As the wrapper does it when a file is full. */
    private void turn(String next) {
        try {
            Files.move(directory.resolve("output.log"), directory.resolve("output.log.1"));
            Files.writeString(directory.resolve("output.log"), next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void follow(Runnable beforeTaken, BooleanSupplier running) throws IOException {
        Files.writeString(directory.resolve("output.log"), "one\n");
        new TaskLog(directory)
                .read(
                        -1,
                        true,
                        (error, bytes, offset, length) -> {
                            beforeTaken.run();
                            taken.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
                        },
                        () -> false,
                        running);
    }

    @Test
    void whatIsFollowedGoesOnInTheNextFileThoughThatBeganBeforeTheFirstWasTaken() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        follow(
                () -> {
                    if (taken.isEmpty()) {
                        turn("two\n");
                    }
                },
                () -> looks.incrementAndGet() < LOOKS);
        assertThat(taken).hasToString("one\ntwo\n");
    }

    @Test
    void whatIsFollowedGoesOnInTheNextFile() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        follow(() -> {}, () -> {
            if (looks.incrementAndGet() == 2) {
                turn("two\n");
            }
            return looks.get() < LOOKS;
        });
        assertThat(taken).hasToString("one\ntwo\n");
    }
}

package org.kochab.hosttasks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Named pipes that were made ahead, many by one program: a task that begins does not wait for one. Thread-safe. */
final class Pipes {
    private static final int AT_ONCE = 16;
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Path directory;
    private final Launcher launcher;
    private long next;
    private long ordered;
    private long orderedAt;

    Pipes(Path directory, Launcher launcher) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.launcher = launcher;
        try (DirectoryStream<Path> former = Files.newDirectoryStream(directory)) {
            for (Path pipe : former) {
                Files.delete(pipe);
            }
        }
    }

    /** Puts a pipe where there is nothing; if none is ready nothing is there still, and the task has to make its own. */
    synchronized void put(Path target) throws IOException {
        if (next < ordered && Files.exists(pipe(next))) {
            Files.move(pipe(next++), target);
        }
    }

    /** Has more made if there are few; does not wait for them. */
    synchronized void refill() throws IOException {
        long now = System.nanoTime();
        if (next < ordered && !Files.exists(pipe(next)) && now - orderedAt > LATE_NANOS) {
            // The shell was killed before it made them.
            next = ordered;
        }
        if (ordered - next < AT_ONCE / 2) {
            List<String> words = new ArrayList<>(List.of("mkfifo"));
            for (int i = 0; i < AT_ONCE; i++) {
                words.add(pipe(ordered++).toString());
            }
            orderedAt = now;
            launcher.start(words);
        }
    }

    private Path pipe(long number) {
        return directory.resolve(Long.toString(number));
    }
}

package org.kochab.hosttasks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.kochab.spi.runtime.TaskExit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory into which wrappers put exit codes, and who waits for them. One thread watches it. */
final class Exits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Exits.class);
    private static final long LOOK_EVERY_MILLIS = 1_000;
    private static final int UNKNOWN = 137;

    private final Path directory;
    private final Predicate<String> alive;
    private final ConcurrentMap<String, CompletableFuture<TaskExit>> waiting = new ConcurrentHashMap<>();
    private final WatchService service;
    private final Thread thread;

    /**
     * @param alive whether a task's processes are there still
     * @param threadName of the one thread
     */
    Exits(Path directory, Predicate<String> alive, String threadName) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.alive = alive;
        service = directory.getFileSystem().newWatchService();
        directory.register(service, StandardWatchEventKinds.ENTRY_CREATE);
        thread = new Thread(this::watch, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    Optional<TaskExit> read(String name) {
        try {
            String[] f = Files.readString(file(name)).strip().split(" ");
            int code = Integer.parseInt(f[0]);
            // A shell tells the end by a signal as 128 + signal, and so do we.
            int signal = code > 128 && code <= 128 + 64 ? code - 128 : 0;
            boolean outOfMemory = code == 137 && Long.parseLong(f[1]) > 0;
            return Optional.of(new TaskExit(code, signal, outOfMemory, Instant.ofEpochSecond(Long.parseLong(f[2]))));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    CompletionStage<TaskExit> of(String name) {
        CompletableFuture<TaskExit> future = waiting.computeIfAbsent(name, n -> new CompletableFuture<>());
        read(name).ifPresent(exit -> complete(name, exit));
        return future.copy();
    }

    /** Of a task that has ended, though who waits for that may not have been told yet. */
    void forget(String name) throws IOException {
        complete(name, read(name).orElseGet(Exits::unknown));
        Files.deleteIfExists(file(name));
    }

    private static TaskExit unknown() {
        return new TaskExit(UNKNOWN, 0, false, Instant.now());
    }

    private void complete(String name, TaskExit exit) {
        CompletableFuture<TaskExit> future = waiting.remove(name);
        if (future != null) {
            future.complete(exit);
        }
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                WatchKey key = service.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
                boolean quiet = key == null;
                for (String name : List.copyOf(waiting.keySet())) {
                    look(name, quiet);
                }
            } catch (InterruptedException | java.nio.file.ClosedWatchServiceException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("Could not look for ended tasks; it is tried again", e);
            }
        }
    }

    private void look(String name, boolean quiet) {
        Optional<TaskExit> exit = read(name);
        if (exit.isEmpty() && quiet && !alive.test(name)) {
            // It may have been written between the two looks.
            exit = read(name).or(() -> Optional.of(unknown()));
        }
        exit.ifPresent(e -> complete(name, e));
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            service.close();
            thread.join(LOOK_EVERY_MILLIS * 2);
        } catch (IOException e) {
            LOG.debug("Closing the watch", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.kochab.runtime.oci.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who waits for containers to end. conmon puts a file into a directory when one does; one thread watches that, and looks at the
 * processes themselves every second in case conmon was killed. podman is only asked about containers that seem to have ended.
 */
final class Endings implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
    private static final long LOOK_EVERY_MILLIS = 1_000;
    private static final int UNKNOWN = 137;

    /** @param process that very one: its number is another's soon where many begin and end */
    private record Waiting(Optional<ProcessHandle> process, CompletableFuture<TaskExit> future) {
        boolean alive() {
            return process.map(ProcessHandle::isAlive).orElse(false);
        }
    }

    private final Containers containers;
    private final ConcurrentMap<String, Waiting> waiting = new ConcurrentHashMap<>();
    private final WatchService service;
    private final Thread thread;

    Endings(Path exits, Containers containers) throws IOException {
        this.containers = containers;
        service = exits.getFileSystem().newWatchService();
        exits.register(service, StandardWatchEventKinds.ENTRY_CREATE);
        thread = new Thread(this::watch, "kochab-runtime-oci-exits");
        thread.setDaemon(true);
        thread.start();
    }

    CompletionStage<TaskExit> of(String id) {
        Optional<ProcessHandle> process = containers
                .look(id)
                .filter(Containers.Look::running)
                .map(Containers.Look::pid)
                .flatMap(ProcessHandle::of);
        Waiting entry = waiting.computeIfAbsent(id, i -> new Waiting(process, new CompletableFuture<>()));
        if (process.isEmpty()) {
            settle(id);
        }
        return entry.future().copy();
    }

    private void settle(String id) {
        TaskState state = containers.state(id);
        if (state instanceof TaskState.Running) {
            return;
        }
        Waiting entry = waiting.remove(id);
        if (entry != null) {
            entry.future()
                    .complete(
                            state instanceof TaskState.Ended ended
                                    ? ended.exit()
                                    : new TaskExit(UNKNOWN, 0, false, Instant.now()));
        }
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                SortedSet<String> named = new TreeSet<>();
                WatchKey key = service.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                if (key != null) {
                    for (WatchEvent<?> event : key.pollEvents()) {
                        named.add(String.valueOf(event.context()));
                    }
                    key.reset();
                }
                for (String id : List.copyOf(waiting.keySet())) {
                    Waiting entry = waiting.get(id);
                    if (named.contains(id) || entry != null && !entry.alive()) {
                        settle(id);
                    }
                }
            } catch (InterruptedException | java.nio.file.ClosedWatchServiceException e) {
                return;
            } catch (RuntimeFailure e) {
                LOG.warn("Could not look at ended containers; it is tried again: {}", e.getMessage());
            }
        }
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

package org.kochab.runtime.oci.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.Map;
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
 * processes themselves every second in case conmon was killed. podman is only asked about those that run and were not started here, and those of which conmon
 * left no note.
 */
final class Endings implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
    private static final long LOOK_EVERY_MILLIS = 1_000;
    private static final int UNKNOWN = 137;

    /** @param process that very one: its number is another's soon where many begin and end */
    private record Waiting(String name, Optional<ProcessHandle> process, CompletableFuture<TaskExit> future) {
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

    /** A container was started: right after that its process is known for certain. */
    void began(String id, String name) {
        containers.startedProcess(name).ifPresent(process -> enter(id, name, Optional.of(process)));
    }

    /** How a container is. That it runs, and how it ended, is mostly known without asking podman. */
    TaskState state(String id, String name) {
        Waiting known = waiting.get(id);
        return known != null && known.alive() ? new TaskState.Running(id) : ask(id, name);
    }

    private TaskState ask(String id, String name) {
        Optional<TaskExit> noted = containers.noted(id, name);
        if (noted.isPresent()) {
            return new TaskState.Ended(noted.get());
        }
        Optional<Containers.Look> look = containers.settled(id);
        look.flatMap(Containers.Look::process).ifPresent(process -> enter(id, name, Optional.of(process)));
        return Containers.state(look);
    }

    CompletionStage<TaskExit> of(String id, String name) {
        Waiting known = waiting.get(id);
        if (known == null) {
            Optional<TaskExit> exit = exit(ask(id, name));
            if (exit.isPresent()) {
                return CompletableFuture.completedStage(exit.get());
            }
            known = enter(id, name, Optional.empty());
        }
        if (!known.alive()) {
            settle(id, known);
        }
        return known.future().copy();
    }

    /** To be called before an ended container is removed: conmon's note goes with it. */
    void leaves(String id) {
        Waiting known = waiting.get(id);
        if (known != null && !known.alive()) {
            settle(id, known);
        }
    }

    private Waiting enter(String id, String name, Optional<ProcessHandle> process) {
        return waiting.computeIfAbsent(id, i -> new Waiting(name, process, new CompletableFuture<>()));
    }

    private void settle(String id, Waiting entry) {
        Optional<TaskExit> exit = exit(ask(id, entry.name()));
        if (exit.isPresent() && waiting.remove(id, entry)) {
            entry.future().complete(exit.get());
        }
    }

    /** @return empty if it runs */
    private static Optional<TaskExit> exit(TaskState state) {
        if (state instanceof TaskState.Running) {
            return Optional.empty();
        }
        return Optional.of(
                state instanceof TaskState.Ended ended ? ended.exit() : new TaskExit(UNKNOWN, 0, false, Instant.now()));
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
                for (Map.Entry<String, Waiting> each : Map.copyOf(waiting).entrySet()) {
                    if (named.contains(each.getKey()) || !each.getValue().alive()) {
                        settle(each.getKey(), each.getValue());
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

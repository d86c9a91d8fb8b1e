package org.kochab.partition.internal.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a member which partitions there are, as the directory says, wherever that is led. While it cannot be reached the member keeps
 * what it last knew. A thread of its own, because it waits for other members.
 */
final class DirectoryFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryFollower.class);
    private static final int PAGE = 1_000;
    private static final Duration AGAIN = Duration.ofMillis(250);
    private static final Duration WATCH = Duration.ofSeconds(30);
    private static final long END_MILLIS = 10_000;

    /** What is told, on the follower's thread. */
    interface Listener {
        /** All there are; whatever else was known is no more. */
        void all(List<PartitionSpec> specs);

        void put(PartitionSpec spec);

        void deleted(PartitionId id);
    }

    private final Supplier<Optional<Partition>> directory;
    private final MemberSettings settings;
    private final Listener listener;
    private final Thread thread;
    private final NavigableMap<Long, CompletableFuture<Void>> awaited = new TreeMap<>();
    private long told = -1;
    private volatile boolean closed;

    DirectoryFollower(Supplier<Optional<Partition>> directory, MemberSettings settings, Listener listener) {
        this.directory = directory;
        this.settings = settings;
        this.listener = listener;
        this.thread = new Thread(this::run, "kochab-partition-follower");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Something has changed about who leads the directory: it is looked for at once. */
    void wake() {
        synchronized (this) {
            notifyAll();
        }
    }

    /** Completes when the listener was told what the directory has at a revision; maybe never, if the directory can no longer be reached. */
    synchronized CompletableFuture<Void> told(long revision) {
        return told >= revision
                ? CompletableFuture.completedFuture(null)
                : awaited.computeIfAbsent(revision, r -> new CompletableFuture<>());
    }

    private void toldUpTo(long revision) {
        List<CompletableFuture<Void>> over;
        synchronized (this) {
            told = revision;
            NavigableMap<Long, CompletableFuture<Void>> reached = awaited.headMap(revision, true);
            over = List.copyOf(reached.values());
            reached.clear();
        }
        over.forEach(f -> f.complete(null));
    }

    private void run() {
        try {
            while (!closed) {
                Optional<Partition> found = directory.get();
                if (found.isPresent()) {
                    follow(found.get());
                }
                synchronized (this) {
                    if (!closed && directory.get().isEmpty()) {
                        wait(AGAIN.toMillis());
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("interrupted while following the directory");
        }
    }

    private void follow(Partition led) throws InterruptedException {
        try {
            if (led instanceof LedPartition) {
                bootstrap(led);
            }
            long revision = list(led);
            toldUpTo(revision);
            try (Watch watch = led.watch(Directory.PARTITIONS, revision)) {
                while (!closed) {
                    List<WatchEvent> events = watch.poll(WATCH);
                    events.forEach(this::tell);
                    if (!events.isEmpty()) {
                        toldUpTo(events.get(events.size() - 1).revision());
                    }
                }
            }
        } catch (GoneException e) {
            LOG.info("the directory is listed again: {}", e.getMessage());
        } catch (NotLeaderException e) {
            LOG.info("the directory is looked for again: {}", e.getMessage());
            synchronized (this) {
                wait(AGAIN.toMillis());
            }
        } catch (RuntimeException e) {
            LOG.error("following the directory failed; tried again", e);
            synchronized (this) {
                wait(AGAIN.toMillis());
            }
        }
    }

    /** Makes the first partitions if there never were any. */
    private void bootstrap(Partition led) {
        CommitResult result = led.submit(Directory.bootstrap(
                        settings.tenantPartitions(),
                        settings.resourceManagers(),
                        settings.store(),
                        settings.scheduler()))
                .toCompletableFuture()
                .join();
        if (!(result instanceof CommitResult.Committed || result instanceof CommitResult.Conflict)) {
            LOG.warn("the first partitions were not made: {}; tried again when the directory is led anew", result);
        }
    }

    private long list(Partition led) throws GoneException {
        List<PartitionSpec> specs = new ArrayList<>();
        ListPage page = led.list(Directory.PARTITIONS, PAGE);
        while (true) {
            page.entries().forEach(e -> spec(e).ifPresent(specs::add));
            if (page.next().isEmpty()) {
                listener.all(specs);
                return page.revision();
            }
            page = led.list(Directory.PARTITIONS, PAGE, page.next().get());
        }
    }

    private void tell(WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            spec(put.entry()).ifPresent(listener::put);
        } else if (event instanceof WatchEvent.Deleted deleted) {
            spec(deleted.previous()).ifPresent(s -> listener.deleted(s.id()));
        }
    }

    private static Optional<PartitionSpec> spec(Entry entry) {
        try {
            return Optional.of(Directory.partition(entry));
        } catch (IllegalArgumentException e) {
            LOG.warn("a partition is left out: {}", e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

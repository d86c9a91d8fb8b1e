package org.kochab.benchmarks.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.ignite.internal.core.Settings;
import org.kochab.store.ignite.internal.grid.IgnitePartitionStore;

/** A partition of the real kernel on the real store with fsync, in this process. */
final class KochabTarget implements Target {
    private static final Duration WAIT = Duration.ofMillis(100);

    private final IgnitePartitionStore store;
    private final LocalPartitions partitions;
    private final Partition partition;

    KochabTarget(Path directory, int port) {
        store = open(directory, port);
        partitions = LocalPartitions.start(store);
        partition = partitions.partition("tp-1");
    }

    static IgnitePartitionStore open(Path directory, int port) {
        return IgnitePartitionStore.open(Settings.alone("bench", directory, port, 1024));
    }

    @Override
    public void put(String key, byte[] value, Answer answer) {
        submit(Transaction.put(key, value), answer);
    }

    @Override
    public void compareAndPut(String key, byte[] value, long revision, Answer answer) {
        submit(Transaction.update(key, value, revision), answer);
    }

    private void submit(Transaction transaction, Answer answer) {
        partition.submit(transaction).whenComplete((result, error) -> {
            if (result instanceof CommitResult.Committed committed) {
                answer.committed(committed.revision());
            } else if (result instanceof CommitResult.Conflict) {
                answer.refused();
            } else if (result instanceof CommitResult.Busy busy) {
                answer.busy(busy.retryAfter());
            } else {
                answer.failed(String.valueOf(result == null ? error : result));
            }
        });
    }

    @Override
    public Watching watch(String prefix, Consumer<Stored> each, Consumer<String> broken) throws Exception {
        Watch watch = partition.watch(prefix, partition.revision());
        Thread thread = new Thread(() -> follow(watch, each, broken), "watcher");
        thread.setDaemon(true);
        thread.start();
        return () -> {
            watch.close();
            thread.interrupt();
            thread.join();
        };
    }

    private static void follow(Watch watch, Consumer<Stored> each, Consumer<String> broken) {
        try {
            while (!Thread.interrupted()) {
                for (WatchEvent event : watch.poll(WAIT)) {
                    if (event instanceof WatchEvent.Put put) {
                        each.accept(stored(put.entry()));
                    }
                }
            }
        } catch (InterruptedException e) {
            // closed
        } catch (GoneException | RuntimeException e) {
            broken.accept(e.toString());
        }
    }

    private static Stored stored(Entry entry) {
        return new Stored(entry.key(), entry.value(), entry.revision());
    }

    @Override
    public Map<String, Stored> all(String prefix) throws Exception {
        Map<String, Stored> all = new HashMap<>();
        ListPage page = partition.list(prefix, 1_000);
        while (true) {
            page.entries().forEach(e -> all.put(e.key(), stored(e)));
            if (page.next().isEmpty()) {
                return all;
            }
            page = partition.list(prefix, 1_000, page.next().get());
        }
    }

    @Override
    public Duration cpu() {
        return Duration.ZERO;
    }

    @Override
    public void close() {
        partitions.close();
        store.close();
    }
}

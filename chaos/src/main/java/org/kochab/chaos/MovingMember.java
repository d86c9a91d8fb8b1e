package org.kochab.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.chaos.load.ChaosLoad;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.ignite.internal.core.Settings;
import org.kochab.store.ignite.internal.grid.IgnitePartitionStore;
import org.kochab.store.mvstore.internal.file.MvPartitionStore;

/**
 * The real kernel between the two real stores, in a JVM of its own: a partition of the size of one with many pods is moved to and fro, again and again, under writers and
 * watchers. Every watcher must see what every other one sees; what was acknowledged is compared from outside.
 */
final class MovingMember {
    static final String NAME = "store-migrate";
    /** Its file with a line a move: where to, milliseconds, and last the longest time that a writer waited meanwhile. */
    static final String MOVES = "moves.txt";
    /** Its file with what watchers saw that they must not. */
    static final String BROKEN = "broken.txt";

    static final int WATCHERS = 20;
    private static final int WRITERS = 8;
    private static final int PODS = 100_000;
    private static final int POD_BYTES = 1_000;
    private static final int PODS_AT_ONCE = 500;
    private static final int WAIT_SECONDS = 60;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final PartitionId TP = new PartitionId("tp-1");
    private static final String IGNITE = "ignite";
    private static final String MVSTORE = "mvstore";

    private final Path logs;
    private final LocalPartitions partitions;
    private final AtomicLong longest = new AtomicLong();
    /** How many watchers have seen a revision, and what was in it. */
    private final ConcurrentSkipListMap<Long, Seen> seen = new ConcurrentSkipListMap<>();

    private record Seen(int content, AtomicInteger watchers) {}

    private MovingMember(Path logs, LocalPartitions partitions) {
        this.logs = logs;
        this.partitions = partitions;
    }

    public static void main(String[] args) {
        ending(() -> start(args));
    }

    private static void start(String[] args) throws Exception {
        Path store = Path.of(args[0]);
        Path logs = Path.of(args[1]);
        LocalPartitions partitions = LocalPartitions.start(List.of(
                IgnitePartitionStore.open(
                        Settings.alone("bare", store.resolve(IGNITE), Integer.parseInt(args[4]), 512)),
                MvPartitionStore.open(new org.kochab.store.mvstore.internal.core.Settings(
                        MVSTORE, store.resolve(MVSTORE), 16, 1_000, 64))));
        MovingMember member = new MovingMember(logs, partitions);
        Partition tp = partitions.partition(TP.value());
        fill(tp);
        long from = tp.revision();
        for (int i = 0; i < WATCHERS; i++) {
            Watch watch = tp.watch("chaos/", from);
            thread("watcher-" + i, () -> member.follow(watch));
        }
        ChaosLoad.start(tp, logs, Integer.parseInt(args[2]), WRITERS, Long.parseLong(args[3]));
        thread("probe", () -> member.probe(tp));
        thread("mover", member::move);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void thread(String name, Work work) {
        new Thread(() -> ending(work), "kochab-chaos-" + name).start();
    }

    /** Whatever fails ends this process, for the campaign to notice. */
    private static void ending(Work work) {
        try {
            work.run();
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    /** The pods that a partition has; once. */
    private static void fill(Partition tp) throws Exception {
        Random random = new Random(1);
        for (int i = tp.list("pods/", 1).entries().isEmpty() ? 0 : PODS; i < PODS; i += PODS_AT_ONCE) {
            List<Operation> puts = new ArrayList<>();
            for (int k = i; k < i + PODS_AT_ONCE; k++) {
                byte[] value = new byte[POD_BYTES];
                random.nextBytes(value);
                puts.add(new Operation.Put("pods/" + k, value));
            }
            commit(tp, new Transaction(List.of(), puts));
        }
    }

    private static void commit(Partition tp, Transaction transaction) throws Exception {
        CommitResult result = tp.submit(transaction).toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        if (!(result instanceof CommitResult.Committed)) {
            throw new IllegalStateException("a commit was answered with " + result);
        }
    }

    /** How long a writer waits at most; a commit that is not answered with success ends this and shows in the log. */
    private void probe(Partition tp) throws Exception {
        while (true) {
            long begun = System.nanoTime();
            commit(tp, Transaction.put("probe", new byte[0]));
            longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
        }
    }

    private void follow(Watch watch) throws Exception {
        while (true) {
            long last = 0;
            int content = 0;
            for (WatchEvent event : watch.poll(Duration.ofSeconds(1))) {
                long revision = event.revision();
                if (revision != last && last != 0) {
                    note(last, content);
                    content = 0;
                }
                last = revision;
                content = 31 * content + contentOf(event);
            }
            if (last != 0) {
                note(last, content);
            }
        }
    }

    private static int contentOf(WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            return put.entry().key().hashCode() ^ Arrays.hashCode(put.entry().value());
        }
        return event instanceof WatchEvent.Deleted deleted
                ? deleted.previous().key().hashCode()
                : 0;
    }

    private void note(long revision, int content) {
        if (content == 0) {
            return;
        }
        Seen first = seen.computeIfAbsent(revision, r -> new Seen(content, new AtomicInteger()));
        if (first.content() != content) {
            broken("revision " + revision + " is not the same for all watchers");
        }
        first.watchers().incrementAndGet();
    }

    private void move() throws Exception {
        while (true) {
            String to = store().equals(IGNITE) ? MVSTORE : IGNITE;
            longest.set(0);
            long begun = System.nanoTime();
            partitions.partitionService().useStore(TP, to).toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
            while (!store().equals(to)) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            line(MOVES, to + " " + millis + " " + TimeUnit.NANOSECONDS.toMillis(longest.get()));
            compare();
        }
    }

    private String store() {
        return partitions.partitionService().partitions().stream()
                .map(PartitionStatus::spec)
                .filter(spec -> spec.id().equals(TP))
                .map(PartitionSpec::store)
                .findFirst()
                .orElse("");
    }

    /** What one watcher has seen, every other must see in a while, exactly once. */
    private void compare() {
        Map.Entry<Long, Seen> last = seen.lastEntry();
        if (last == null) {
            return;
        }
        // A watcher sees revisions in order, so all up to this one are in the map already.
        Map<Long, Seen> before = seen.headMap(last.getKey(), true);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (before.values().stream().anyMatch(s -> s.watchers().get() < WATCHERS) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        before.forEach((revision, s) -> {
            if (s.watchers().get() != WATCHERS) {
                broken("revision " + revision + " was seen by " + s.watchers() + " of " + WATCHERS + " watchers");
            }
        });
        before.clear();
    }

    private void broken(String what) {
        line(BROKEN, what);
    }

    private synchronized void line(String file, String text) {
        try {
            Files.writeString(logs.resolve(file), text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

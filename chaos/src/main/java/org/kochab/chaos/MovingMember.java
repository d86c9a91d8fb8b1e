package org.kochab.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.chaos.load.Ballast;
import org.kochab.chaos.load.ChaosLoad;
import org.kochab.partition.LocalPartitions;
import org.kochab.spi.store.PartitionStore;
import org.kochab.store.ignite.internal.core.Settings;
import org.kochab.store.ignite.internal.grid.IgnitePartitionStore;
import org.kochab.store.mvstore.internal.file.MvPartitionStore;

/**
 * The real kernel between the two real stores, in a JVM of its own: a partition of the size of one with many pods is moved to and fro, again and again, under writers and
 * watchers. Every watcher must see what every other one sees; what was acknowledged is compared from outside.
 */
final class MovingMember {
    static final String NAME = "store-migrate";
    /** Its file with a line a move: where to, milliseconds, and the longest times meanwhile that the collector stopped all and that a writer waited. */
    static final String MOVES = "moves.txt";
    /** Its file with what watchers saw that they must not. */
    static final String BROKEN = "broken.txt";

    static final int WATCHERS = 20;
    private static final int WRITERS = 8;
    private static final String PODS = "kochab.chaos.pods";
    /** One of so many moves waits until what the last one left is gone, and so has to copy everything. */
    private static final int WHOLE_EVERY = 5;

    private static final int EMPTY_SECONDS = 30;
    private static final long EMPTY_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int WAIT_SECONDS = 60;
    /** What is there may take long to be loaded, and longer to be written, where others keep the machine busy. */
    private static final int START_SECONDS = 240;

    private static final int RETRY_MILLIS = 50;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final PartitionId TP = new PartitionId("tp-1");
    private static final String IGNITE = "ignite";
    private static final String MVSTORE = "mvstore";

    private final Path logs;
    private final Map<String, PartitionStore> stores;
    private final LocalPartitions partitions;
    private final AtomicLong longest = new AtomicLong();
    private final Stops stops = new Stops();
    /** How many watchers have seen a revision, and what was in it. */
    private final ConcurrentSkipListMap<Long, Seen> seen = new ConcurrentSkipListMap<>();

    private record Seen(int content, AtomicInteger watchers) {}

    private MovingMember(Path logs, List<PartitionStore> stores) {
        this.logs = logs;
        this.stores = stores.stream().collect(Collectors.toMap(PartitionStore::name, Function.identity()));
        this.partitions = LocalPartitions.start(stores, Duration.ofSeconds(START_SECONDS));
    }

    /**
     * Options of its JVM: the collector that a server has by default, and all memory from the beginning, because a heap that grows stands still for it.
     *
     * @param pods that the partition has
     */
    static List<String> jvm(int pods) {
        return List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch", "-XX:+UseG1GC", "-D" + PODS + "=" + pods);
    }

    public static void main(String[] args) {
        ending(() -> start(args));
    }

    private static void start(String[] args) throws Exception {
        Path store = Path.of(args[0]);
        Path logs = Path.of(args[1]);
        MovingMember member = new MovingMember(
                logs,
                List.of(
                        IgnitePartitionStore.open(
                                Settings.alone("bare", store.resolve(IGNITE), Integer.parseInt(args[4]), 512)),
                        MvPartitionStore.open(new org.kochab.store.mvstore.internal.core.Settings(
                                MVSTORE, store.resolve(MVSTORE), 16, 1_000, 64))));
        Partition tp = member.partitions.partition(TP.value());
        Ballast ballast = new Ballast(member.partitions.partitionService(), TP, Integer.getInteger(PODS));
        ballast.fill(START_SECONDS);
        int wrong = ballast.wrong(tp);
        if (wrong > 0) {
            member.broken(wrong + " pods are not as they were written");
        }
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

    /** How long a writer waits at most until it is acknowledged; an answer that does not say that it is to be asked again ends this and shows in the log. */
    private void probe(Partition tp) throws Exception {
        while (true) {
            long begun = System.nanoTime();
            while (!commit(tp)) {
                Thread.sleep(RETRY_MILLIS);
            }
            longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
        }
    }

    /** False if it is to be tried again. */
    private static boolean commit(Partition tp) throws Exception {
        CommitResult result = tp.submit(Transaction.put("probe", new byte[0]))
                .toCompletableFuture()
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
        if (result instanceof CommitResult.Committed || result instanceof CommitResult.Busy) {
            return result instanceof CommitResult.Committed;
        }
        throw new IllegalStateException("a commit was answered with " + result);
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
        for (int move = 1; ; move++) {
            String to = store().equals(IGNITE) ? MVSTORE : IGNITE;
            if (move % WHOLE_EVERY == 0) {
                awaitEmpty(stores.get(to));
            }
            longest.set(0);
            stops.begin();
            long begun = System.nanoTime();
            partitions.partitionService().useStore(TP, to).toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
            while (!store().equals(to)) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            line(
                    MOVES,
                    to + " " + millis + " " + stops.longestMillis() + " "
                            + TimeUnit.NANOSECONDS.toMillis(longest.get()));
            compare();
        }
    }

    /** For a bounded time: what has begun to be emptied before a kill may never be. */
    private static void awaitEmpty(PartitionStore store) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(EMPTY_SECONDS);
        while (!isEmpty(store) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(EMPTY_LOOK_NANOS);
        }
    }

    private static boolean isEmpty(PartitionStore store) throws Exception {
        AtomicInteger keys = new AtomicInteger();
        try {
            store.load(TP.value(), put -> keys.incrementAndGet())
                    .toCompletableFuture()
                    .get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException changedMeanwhile) {
            return false;
        }
        return keys.get() == 0;
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

package org.kochab.partition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.spi.store.PartitionStore;
import org.kochab.store.memory.MemoryStore;
import org.kochab.testkit.history.Call;
import org.kochab.testkit.history.Linearizability;

/** The kernel under real threads: what the simulation, on one thread, cannot show. */
class ThreadsTest {
    private static final int ROUNDS = 2_000;
    private static final int ACCOUNTS = 8;

    /** A member that gave its leases back does not wait for its threads to wake by themselves, which took ten seconds. */
    @Test
    @Timeout(value = 9, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void closesAsSoonAsTheLeasesAreGivenBack() {
        LocalPartitions.start(answeringLater(new MemoryStore())).close();
    }

    /** The store, with its answers given by another thread than the one that asked. */
    private static PartitionStore answeringLater(PartitionStore store) {
        Class<?>[] shape = {PartitionStore.class};
        return (PartitionStore)
                Proxy.newProxyInstance(PartitionStore.class.getClassLoader(), shape, (proxy, method, args) -> {
                    Object answer = method.invoke(store, args);
                    return answer instanceof CompletionStage<?> stage ? stage.thenApplyAsync(value -> value) : answer;
                });
    }

    @Test
    void callsOfManyThreadsAreLinearizable() throws Exception {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            Partition p = local.partition("tp-1");
            ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
            List<Callable<Void>> clients = new ArrayList<>();
            for (int c = 0; c < 4; c++) {
                String name = "c" + c;
                clients.add(() -> {
                    for (int i = 0; i < 500; i++) {
                        calls.add(ThreadLocalRandom.current().nextBoolean() ? read(p, name) : write(p, name, i));
                    }
                    return null;
                });
            }
            together(clients);
            assertThat(Linearizability.violation(List.copyOf(calls))).isEmpty();
        }
    }

    private static Call read(Partition p, String client) {
        long called = System.nanoTime();
        Optional<Entry> entry = p.get("k");
        long returned = System.nanoTime();
        String value = entry.map(e -> new String(e.value(), UTF_8)).orElse(null);
        return new Call(client, called, returned, new Call.Ask.Read(), new Call.Answer.Was(value));
    }

    private static Call write(Partition p, String client, int i) throws Exception {
        String value = client + "-" + i;
        long called = System.nanoTime();
        CommitResult result = answer(p, Transaction.put("k", value.getBytes(UTF_8)));
        long returned = System.nanoTime();
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
        return new Call(client, called, returned, new Call.Ask.Write(value), new Call.Answer.Done());
    }

    /** Money moves between accounts; every list, at whatever revision, and every watcher at every revision, sees the same sum. */
    @Test
    void listsAndWatchersSeeWholeTransactionsWhileOthersWrite() throws Exception {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore(), 500)) {
            Partition p = local.partition("tp-1");
            List<Operation> opening = new ArrayList<>();
            for (int i = 0; i < ACCOUNTS; i++) {
                opening.add(new Operation.Put("account/" + i, "100".getBytes(UTF_8)));
            }
            answer(p, new Transaction(List.of(), opening));
            AtomicInteger writing = new AtomicInteger(2);
            List<Callable<Void>> threads = new ArrayList<>();
            for (int w = 0; w < 2; w++) {
                threads.add(() -> {
                    try {
                        for (int i = 0; i < ROUNDS; i++) {
                            transfer(p);
                        }
                    } finally {
                        writing.decrementAndGet();
                    }
                    return null;
                });
            }
            for (int r = 0; r < 2; r++) {
                threads.add(() -> {
                    while (writing.get() > 0) {
                        sumOfPages(p);
                    }
                    return null;
                });
                threads.add(() -> {
                    mirror(p, writing);
                    return null;
                });
            }
            together(threads);
        }
    }

    private static void transfer(Partition p) throws Exception {
        int from = ThreadLocalRandom.current().nextInt(ACCOUNTS);
        int to = (from + 1 + ThreadLocalRandom.current().nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        Entry a = p.get("account/" + from).orElseThrow();
        Entry b = p.get("account/" + to).orElseThrow();
        answer(
                p,
                new Transaction(
                        List.of(
                                new Precondition.AtRevision(a.key(), a.revision()),
                                new Precondition.AtRevision(b.key(), b.revision())),
                        List.of(put(a, -7), put(b, 7))));
    }

    private static Operation put(Entry account, int change) {
        return new Operation.Put(
                account.key(), Integer.toString(amount(account) + change).getBytes(UTF_8));
    }

    private static int amount(Entry account) {
        return Integer.parseInt(new String(account.value(), UTF_8));
    }

    private static void sumOfPages(Partition p) {
        try {
            ListPage page = p.list("account/", 3);
            List<Entry> all = new ArrayList<>(page.entries());
            while (page.next().isPresent()) {
                page = p.list("account/", 3, page.next().get());
                all.addAll(page.entries());
            }
            assertSum(all);
        } catch (GoneException e) {
            assertThat(e.oldestRevision()).isPositive();
        }
    }

    private static void mirror(Partition p, AtomicInteger writing) throws Exception {
        Map<String, Entry> mirror = new TreeMap<>();
        while (writing.get() > 0) {
            ListPage page = p.list("account/", ACCOUNTS);
            page.entries().forEach(e -> mirror.put(e.key(), e));
            try (Watch watch = p.watch("account/", page.revision())) {
                long seen = page.revision();
                while (writing.get() > 0) {
                    for (WatchEvent event : watch.poll(Duration.ofMillis(50))) {
                        if (event instanceof WatchEvent.Put put) {
                            if (event.revision() != seen) {
                                assertSum(mirror.values());
                                seen = event.revision();
                            }
                            assertThat(mirror.put(put.entry().key(), put.entry()))
                                    .isEqualTo(put.previous().orElseThrow());
                        }
                    }
                }
            } catch (GoneException slow) {
                assertThat(slow.oldestRevision()).isPositive();
            }
        }
    }

    private static void assertSum(Iterable<Entry> accounts) {
        int sum = 0;
        for (Entry e : accounts) {
            sum += amount(e);
        }
        assertThat(sum).isEqualTo(ACCOUNTS * 100);
    }

    @Test
    void aWaitingReaderIsWokenByAnEventAndByTheEnd() throws Exception {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            Partition p = local.partition("tp-1");
            Watch watch = p.watch("k", 0);
            ExecutorService reader = Executors.newSingleThreadExecutor();
            try {
                Future<List<WatchEvent>> events = reader.submit(() -> watch.poll(Duration.ofSeconds(30)));
                answer(p, Transaction.put("k", new byte[0]));
                assertThat(events.get(10, TimeUnit.SECONDS)).hasSize(1);
                Future<List<WatchEvent>> none = reader.submit(() -> watch.poll(Duration.ofSeconds(30)));
                watch.close();
                assertThat(none.get(10, TimeUnit.SECONDS)).isEmpty();
                assertThat(p.watch("k", 0).poll(Duration.ofMillis(1))).hasSize(1);
                assertThat(p.watch("x", 0).poll(Duration.ofMillis(1))).isEmpty();
            } finally {
                reader.shutdownNow();
            }
        }
    }

    private static CommitResult answer(Partition p, Transaction transaction) throws Exception {
        return p.submit(transaction).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static void together(List<Callable<Void>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            for (Future<Void> f : threads.invokeAll(work, 50, TimeUnit.SECONDS)) {
                f.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}

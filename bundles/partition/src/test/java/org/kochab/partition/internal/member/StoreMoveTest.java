package org.kochab.partition.internal.member;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StorePut;
import org.kochab.store.memory.MemoryStore;

/** A partition moves between stores while it is used, on real threads. */
@Timeout(60)
class StoreMoveTest {
    private static final PartitionId TP = new PartitionId("tp-1");
    private static final int WRITERS = 4;
    /** So many changes are written at most before the watcher has seen them: fewer than the history keeps. */
    private static final int AHEAD = 10_000;

    private static final String LAST = "last";

    private final BlockingQueue<LedPartition> published = new LinkedBlockingQueue<>();
    private final MemoryStore first = new MemoryStore();
    private final MemoryStore second = new MemoryStore("second");
    private Member member;

    @BeforeEach
    void start() {
        member = member("a");
        // That of the directory last: once tp-1 is led, both are there.
        member.addStore(second);
        member.addStore(first);
    }

    @AfterEach
    void stop() {
        member.close();
    }

    @Test
    void writersAndWatchersDoNotNotice() throws Exception {
        Partition tp = take();
        AtomicBoolean over = new AtomicBoolean();
        Semaphore ahead = new Semaphore(AHEAD);
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
        List<Future<Integer>> written = new ArrayList<>();
        try (Watch watch = tp.watch("", 0)) {
            Future<Integer> seen = threads.submit(() -> count(watch, ahead));
            for (int w = 0; w < WRITERS; w++) {
                String mine = "w" + w + "/";
                written.add(threads.submit(() -> write(tp, mine, ahead, over)));
            }
            for (String store : List.of("second", MemoryStore.NAME, "second")) {
                member.useStore(TP, store).toCompletableFuture().get(10, TimeUnit.SECONDS);
                await(p ->
                        p.spec().store().equals(store) && p.spec().nextStore().isEmpty());
            }
            over.set(true);
            int all = 0;
            for (Future<Integer> f : written) {
                all += f.get(30, TimeUnit.SECONDS);
            }
            commit(tp, LAST, "");
            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo(all);
            assertThat(published).as("leaders after the first").isEmpty();
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
        assertThat(keys(second)).isEqualTo(tp.list("", 10_000).entries().size());
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> keys(first) == 0);
    }

    /** How many changes are seen before the last. */
    private static int count(Watch watch, Semaphore ahead) throws Exception {
        for (int seen = 0; ; ) {
            for (WatchEvent e : watch.poll(Duration.ofSeconds(1))) {
                if (e instanceof WatchEvent.Put put) {
                    if (put.entry().key().equals(LAST)) {
                        return seen;
                    }
                    seen++;
                    ahead.release();
                }
            }
        }
    }

    private static int write(Partition tp, String prefix, Semaphore ahead, AtomicBoolean over) throws Exception {
        int n = 0;
        while (!over.get()) {
            ahead.acquire();
            CommitResult result = tp.submit(Transaction.put(
                            prefix + n % 500, Integer.toString(n).getBytes(UTF_8)))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            assertThat(result).isInstanceOf(CommitResult.Committed.class);
            n++;
        }
        return n;
    }

    @Test
    void anotherMemberFindsItThereAfterTheFirstHasEnded() throws Exception {
        Partition tp = take();
        commit(tp, "k", "v");
        member.useStore(TP, "second").toCompletableFuture().get(10, TimeUnit.SECONDS);
        await(p -> p.spec().store().equals("second"));
        member.close();
        published.clear();
        try (Member next = member("b")) {
            next.addStore(first);
            next.addStore(second);
            assertThat(take().get("k")).isPresent();
            assertThat(first.lease("tp-1").toCompletableFuture().join())
                    .map(LeaseRecord::owner)
                    .contains("=second");
        }
    }

    @Test
    void whatIsThereAlreadyIsNotTouched() throws Exception {
        LeaseRecord theirs = new LeaseRecord(3, "", 0, 1_000);
        second.compareAndSetLease("tp-1", Optional.empty(), theirs)
                .toCompletableFuture()
                .join();
        commit(take(), "k", "v");
        member.useStore(TP, "second").toCompletableFuture().get(10, TimeUnit.SECONDS);
        PartitionStatus stays = await(p -> p.spec().nextStore().isEmpty());
        assertThat(stays.spec().store()).isEqualTo(MemoryStore.NAME);
        assertThat(stays.message())
                .startsWith("stays in store memory: store second already has a partition 'tp-1' of its own");
        assertThat(second.lease("tp-1").toCompletableFuture().join()).contains(theirs);
    }

    @Test
    void namesWhatCannotBe() throws Exception {
        take();
        assertThatThrownBy(() -> get(member.useStore(TP, "third")))
                .hasMessageContaining("store 'third' is not there: use one of [memory, second]");
        assertThatThrownBy(() -> get(member.useStore(new PartitionId("directory"), "second")))
                .hasMessageContaining("the directory cannot be changed");
    }

    private static void get(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static void commit(Partition tp, String key, String value) throws Exception {
        assertThat(tp.submit(Transaction.put(key, value.getBytes(UTF_8)))
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS))
                .isInstanceOf(CommitResult.Committed.class);
    }

    private static int keys(MemoryStore store) {
        List<StorePut> all = new ArrayList<>();
        store.load("tp-1", all::add).toCompletableFuture().join();
        return all.size();
    }

    private PartitionStatus await(Predicate<PartitionStatus> is) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> member.partitions().stream()
                                .filter(p -> p.spec().id().equals(TP))
                                .findFirst()
                                .orElseThrow(),
                        is);
    }

    private Partition take() throws InterruptedException {
        while (true) {
            LedPartition next = published.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("tp-1 is published in time").isNotNull();
            if (next.id().equals(TP)) {
                return next;
            }
        }
    }

    private Member member(String name) {
        Publisher publisher = new Publisher() {
            @Override
            public void publish(LedPartition partition) {
                if (partition.id().equals(TP)) {
                    published.add(partition);
                }
            }

            @Override
            public void withdraw(LedPartition partition) {}
        };
        return new Member(new MemberSettings(name, "memory", "spread", 1, 0, KernelLimits.DEFAULT), publisher);
    }
}

package org.kochab.partition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.WatchEvent;
import org.kochab.store.memory.MemoryStore;

class LocalPartitionsTest {
    @Test
    void aFirstStartMakesOneTenantPartitionAndOneResourceManager() {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            assertThat(local.partitionService().partitions())
                    .extracting(s -> s.spec().id().value() + " " + s.state() + " "
                            + s.spec().scheduler())
                    .containsExactly("directory Serving ", "rm-1 Serving ", "tp-1 Serving spread");
        }
    }

    @Test
    void whatIsAcknowledgedIsReadListedAndWatched() throws Exception {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            Partition tp = local.partition("tp-1");
            try (var watch = tp.watch("pods/", tp.revision())) {
                assertThat(answer(tp.submit(Transaction.create("pods/a", bytes("1")))))
                        .isEqualTo(new CommitResult.Committed(1));
                assertThat(answer(tp.submit(Transaction.create("pods/a", bytes("2")))))
                        .isInstanceOf(CommitResult.Conflict.class);
                assertThat(answer(tp.submit(Transaction.update("pods/a", bytes("3"), 1))))
                        .isEqualTo(new CommitResult.Committed(2));
                assertThat(tp.get("pods/a")).contains(new Entry("pods/a", bytes("3"), 1, 2));
                assertThat(tp.list("pods/", 10).entries()).hasSize(1);
                List<WatchEvent> events = new ArrayList<>();
                while (events.size() < 2) {
                    events.addAll(watch.poll(Duration.ofSeconds(10)));
                }
                assertThat(events).extracting(WatchEvent::revision).containsExactly(1L, 2L);
            }
        }
    }

    @Test
    void anotherStartOnTheSameStoreGoesOn() throws Exception {
        MemoryStore store = new MemoryStore();
        Partition ended;
        try (LocalPartitions local = LocalPartitions.start(store)) {
            ended = local.partition("tp-1");
            answer(ended.submit(Transaction.put("k", bytes("v"))));
            local.partitionService()
                    .useScheduler(new PartitionId("tp-1"), "binpack")
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        }
        assertThatThrownBy(() -> ended.get("k")).isInstanceOf(NotLeaderException.class);
        assertThat(answer(ended.submit(Transaction.put("k", bytes("x"))))).isInstanceOf(CommitResult.NotLeader.class);
        try (LocalPartitions local = LocalPartitions.start(store.restarted())) {
            Partition again = local.partition("tp-1");
            assertThat(again.epoch()).isEqualTo(2);
            assertThat(again.get("k")).contains(new Entry("k", bytes("v"), 1, 1));
            assertThat(local.partitionService().partitions())
                    .filteredOn(s -> s.spec().kind() == PartitionKind.TENANT)
                    .extracting(s -> s.spec().scheduler())
                    .containsExactly("binpack");
        }
    }

    @Test
    void partitionsAreMadeWhileOthersServe() throws Exception {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            assertThat(local.create("tp-2", PartitionKind.TENANT).kind()).isEqualTo(PartitionKind.TENANT);
            assertThat(local.partitionService().partitions())
                    .extracting(PartitionStatus::state)
                    .containsOnly("Serving")
                    .hasSize(4);
            var again = local.partitionService()
                    .create(new PartitionSpec(new PartitionId("tp-2"), PartitionKind.TENANT, "memory", "spread"))
                    .toCompletableFuture();
            assertThatThrownBy(() -> again.get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            var nowhere = local.partitionService()
                    .create(new PartitionSpec(new PartitionId("tp-3"), PartitionKind.TENANT, "nowhere", "spread"))
                    .toCompletableFuture();
            assertThatThrownBy(() -> nowhere.get(10, TimeUnit.SECONDS)).hasMessageContaining("use one of [memory]");
        }
    }

    private static CommitResult answer(CompletionStage<CommitResult> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static byte[] bytes(String s) {
        return s.getBytes(UTF_8);
    }
}

package org.kochab.partition.internal.member;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.spi.store.PartitionStore;
import org.kochab.store.memory.MemoryStore;

class MemberTest {
    private final BlockingQueue<LedPartition> published = new LinkedBlockingQueue<>();
    private final List<Boolean> servedWhenWithdrawn = new ArrayList<>();
    private final Publisher publisher = new Publisher() {
        @Override
        public void publish(LedPartition partition) {
            published.add(partition);
        }

        @Override
        public void withdraw(LedPartition partition) {
            synchronized (servedWhenWithdrawn) {
                servedWhenWithdrawn.add(partition.isServing());
            }
        }
    };

    @Test
    void withoutItsStoreAPartitionSaysWhatIsMissing() {
        try (Member member = member("a")) {
            assertThat(member.partitions())
                    .singleElement()
                    .extracting(PartitionStatus::state, PartitionStatus::message)
                    .containsExactly("Unavailable", "store 'memory' is not installed or not ready");
            assertThat(member.directory()).isEmpty();
            var create = member.create(
                            new PartitionSpec(new PartitionId("tp-9"), PartitionKind.TENANT, "memory", "spread"))
                    .toCompletableFuture();
            assertThatThrownBy(() -> create.get(10, TimeUnit.SECONDS))
                    .hasMessageContaining("store 'memory' is not there");
        }
    }

    @Test
    void aStoreMayGoAndComeBack() throws Exception {
        MemoryStore store = new MemoryStore();
        try (Member member = member("a")) {
            member.addStore(store);
            List<LedPartition> first = take(3);
            Partition tp = first.stream()
                    .filter(p -> p.kind() == PartitionKind.TENANT)
                    .findFirst()
                    .orElseThrow();
            assertThat(tp.submit(Transaction.put("k", "v".getBytes(UTF_8)))
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .isEqualTo(new CommitResult.Committed(1));
            member.removeStore(store);
            synchronized (servedWhenWithdrawn) {
                assertThat(servedWhenWithdrawn)
                        .as("users let go first, then it ends")
                        .containsExactly(true, true, true);
            }
            assertThatThrownBy(() -> tp.get("k")).isInstanceOf(NotLeaderException.class);
            assertThat(member.partition(tp.id())).isEmpty();
            assertThat(member.partitions()).extracting(PartitionStatus::state).containsOnly("Unavailable");
            member.addStore(store.restarted());
            Partition again = take(3).stream()
                    .filter(p -> p.kind() == PartitionKind.TENANT)
                    .findFirst()
                    .orElseThrow();
            assertThat(again.epoch()).isEqualTo(2);
            assertThat(again.get("k")).isPresent();
        }
    }

    @Test
    void aSecondMemberTakesOverWhatTheFirstGivesBack() throws Exception {
        MemoryStore store = new MemoryStore();
        Member a = member("a");
        a.addStore(store);
        take(3);
        try (Member b = member("b")) {
            b.addStore(store);
            a.close();
            assertThat(take(3)).extracting(LedPartition::epoch).containsOnly(2L);
            assertThat(b.partitions()).extracting(s -> s.leader().orElse("")).containsOnly("b");
        }
    }

    @Test
    void whetherThereIsAPartitionIsTheDirectorysToSay() throws Exception {
        PartitionSpec spec = new PartitionSpec(new PartitionId("tp-2"), PartitionKind.TENANT, "memory", "spread");
        try (Member member = member("a")) {
            member.addStore(new MemoryStore());
            take(3);
            get(member.create(spec));
            take(1);
            assertThatThrownBy(() -> get(member.create(spec))).hasMessageContaining("partition 'tp-2' exists");
            // From here on it learns of nothing.
            CountDownLatch stuck = new CountDownLatch(1);
            CountDownLatch goesOn = new CountDownLatch(1);
            member.addStore(holding(stuck, goesOn));
            stuck.await();
            Partition directory = member.directory().orElseThrow();
            get(directory.submit(
                    new Transaction(List.of(), List.of(new Operation.Delete(Directory.partitionKey(spec.id()))))));

            CompletionStage<Void> again = member.create(spec);
            goesOn.countDown();

            get(again);
            assertThat(take(1)).extracting(LedPartition::id).containsExactly(spec.id());
        }
    }

    /** A store that whoever asks it for its name waits for. */
    private static PartitionStore holding(CountDownLatch asked, CountDownLatch goesOn) {
        Class<?>[] shape = {PartitionStore.class};
        return (PartitionStore)
                Proxy.newProxyInstance(PartitionStore.class.getClassLoader(), shape, (proxy, method, args) -> {
                    asked.countDown();
                    goesOn.await();
                    return "other";
                });
    }

    private static void get(CompletionStage<?> stage) throws Exception {
        stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private List<LedPartition> take(int count) throws InterruptedException {
        List<LedPartition> taken = new ArrayList<>();
        while (taken.size() < count) {
            LedPartition next = published.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("a partition is published in time").isNotNull();
            taken.add(next);
        }
        return taken;
    }

    private Member member(String name) {
        return new Member(new MemberSettings(name, "memory", "spread", 1, 1, KernelLimits.DEFAULT), publisher);
    }
}

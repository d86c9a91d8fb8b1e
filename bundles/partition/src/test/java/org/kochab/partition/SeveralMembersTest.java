package org.kochab.partition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.store.memory.MemoryStore;
import org.kochab.testkit.cluster.MemoryNetwork;

/** Two members with their real threads over one store: whoever leads, everything is seen and done from both. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SeveralMembersTest {
    private static final Duration TTL = Duration.ofSeconds(6);
    private static final PartitionId TP = new PartitionId("tp-1");

    private final MemoryNetwork network = new MemoryNetwork();
    private final MemoryStore store = new MemoryStore();
    private LocalPartitions a;
    private LocalPartitions b;

    @BeforeEach
    void join() {
        join(store, TTL);
    }

    private void join(MemoryStore store, Duration ttl) {
        var callsA = network.join("a");
        var callsB = network.join("b");
        // Both at once: each leaves the other its share.
        CompletableFuture<LocalPartitions> first =
                CompletableFuture.supplyAsync(() -> LocalPartitions.join(store, callsA, ttl));
        b = LocalPartitions.join(store, callsB, ttl);
        a = first.join();
    }

    @AfterEach
    void leave() {
        b.close();
        a.close();
        network.close();
    }

    @Test
    void partitionsAreSpreadAndBothMembersSeeThemAll() throws Exception {
        leave();
        // What is another's share is left to it for a quarter of that.
        join(new MemoryStore(), Duration.ofSeconds(24));
        until(() -> leaders(a).size() == 2 && served(a) && served(b));

        assertThat(status(b)).isEqualTo(status(a));
        assertThat(a.partitionService().members()).containsExactly("a", "b");
        assertThat(status(a)).hasSize(3).allMatch(s -> s.contains("Serving"));
    }

    @Test
    void anotherMembersPartitionIsReadAndWritten() throws Exception {
        Partition remote = remote();

        assertThat(commit(remote, Transaction.create("k/1", bytes("one")))).isInstanceOf(CommitResult.Committed.class);
        CommitResult again = commit(remote, Transaction.create("k/1", bytes("two")));

        assertThat(again).isInstanceOfSatisfying(CommitResult.Conflict.class, c -> {
            assertThat(c.key()).isEqualTo("k/1");
            assertThat(c.actual().orElseThrow().value()).isEqualTo(bytes("one"));
        });
        assertThat(remote.get("k/1")).isEqualTo(local().get("k/1")).isPresent();
        assertThat(remote.get("k/2")).isEmpty();
        assertThat(remote.revision()).isEqualTo(local().revision());
        assertThat(remote.epoch()).isEqualTo(local().epoch());
        assertThat(remote.kind()).isEqualTo(PartitionKind.TENANT);
        assertThatThrownBy(() -> remote.submit(Transaction.put("", bytes("x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key is empty");
        assertThatThrownBy(() -> remote.list("k/", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aListIsCutByBytesAndGoesOnAtTheSameRevision() throws Exception {
        Partition remote = remote();
        for (int i = 0; i < 6; i++) {
            commit(remote, Transaction.put("big/" + i, new byte[1_400_000]));
        }
        List<String> keys = new ArrayList<>();

        ListPage page = remote.list("big/", 100);
        long revision = page.revision();
        assertThat(page.entries().size()).isBetween(1, 5);
        commit(remote, Transaction.put("big/9", new byte[1]));
        while (true) {
            page.entries().forEach(e -> keys.add(e.key()));
            assertThat(page.revision()).isEqualTo(revision);
            if (page.next().isEmpty()) {
                break;
            }
            page = remote.list("big/", 100, page.next().get());
        }

        assertThat(keys).containsExactly("big/0", "big/1", "big/2", "big/3", "big/4", "big/5");
    }

    @Test
    void aRemoteWatchMissesAndRepeatsNothing() throws Exception {
        Partition remote = remote();
        int count = 3_000;
        List<Long> seen = new ArrayList<>();
        long from = remote.revision();
        try (Watch watch = remote.watch("w/", from)) {
            for (int i = 0; i < count; i++) {
                remote.submit(new Transaction(
                        List.of(),
                        List.of(
                                new Operation.Put("w/" + i % 7, bytes("" + i)),
                                new Operation.Put("other", bytes("" + i)))));
                if (i % 500 == 0) {
                    take(watch, seen);
                }
            }
            while (seen.size() < count) {
                take(watch, seen);
            }
        }

        assertThat(seen).hasSize(count).doesNotHaveDuplicates().isSorted();
        assertThat(seen.get(count - 1) - seen.get(0)).isEqualTo(count - 1);
    }

    private static void take(Watch watch, List<Long> seen) throws Exception {
        for (WatchEvent e : watch.poll(Duration.ofSeconds(10))) {
            if (e instanceof WatchEvent.Put) {
                seen.add(e.revision());
            }
        }
    }

    @Test
    void aSignalComesOnceThereIsSomething() throws Exception {
        Partition remote = remote();
        CompletableFuture<Void> signalled = new CompletableFuture<>();
        try (Watch watch = remote.watch("s/", remote.revision())) {
            watch.onAvailable(() -> signalled.complete(null));
            assertThat(watch.poll()).isEmpty();
            commit(remote, Transaction.put("s/1", bytes("x")));

            signalled.get(10, TimeUnit.SECONDS);
            assertThat(watch.poll()).singleElement().isInstanceOf(WatchEvent.Put.class);
        }
    }

    @Test
    void whatIsNotKeptIsGone() throws Exception {
        Partition remote = remote();
        try (Watch watch = remote.watch("g/", remote.revision() + 1_000)) {
            assertThatThrownBy(() -> watch.poll(Duration.ofSeconds(10)))
                    .isInstanceOf(GoneException.class)
                    .hasMessageContaining("list again");
        }
    }

    @Test
    void aMoveLosesNothingAndEndsTheOldHandles() throws Exception {
        Partition remote = remote();
        String leader = leader();
        String other = leader.equals("a") ? "b" : "a";
        commit(remote, Transaction.put("m/1", bytes("before")));
        Watch watch = remote.watch("m/", remote.revision());

        service(other).move(TP, other).toCompletableFuture().get(60, TimeUnit.SECONDS);

        assertThat(leader()).isEqualTo(other);
        assertThatThrownBy(() -> remote.get("m/1")).isInstanceOf(NotLeaderException.class);
        assertThat(commit(remote, Transaction.put("m/1", bytes("late")))).isInstanceOf(CommitResult.NotLeader.class);
        assertThatThrownBy(() -> watch.poll(Duration.ofSeconds(10))).isInstanceOf(NotLeaderException.class);
        Partition moved = remote();
        assertThat(moved.epoch()).isGreaterThan(remote.epoch());
        assertThat(moved.get("m/1").orElseThrow().value()).isEqualTo(bytes("before"));
        assertThat(commit(moved, Transaction.put("m/1", bytes("after")))).isInstanceOf(CommitResult.Committed.class);
        // And asked of the member that does not lead it.
        service(leader).move(TP, leader).toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(leader()).isEqualTo(leader);
    }

    @Test
    void aMoveToNobodySaysSo() {
        assertThatThrownBy(() ->
                        a.partitionService().move(TP, "z").toCompletableFuture().get(10, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use one of [a, b]");
    }

    @Test
    void partitionsAreMadeFromAnyMember() throws Exception {
        for (String from : List.of("a", "b")) {
            PartitionId id = new PartitionId("tp-" + from);
            service(from)
                    .create(new PartitionSpec(id, PartitionKind.TENANT, "memory", "spread"))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            until(() -> a.partitionService().partition(id).isPresent()
                    && b.partitionService().partition(id).isPresent());
        }
        service("b").useScheduler(TP, "binpack").toCompletableFuture().get(60, TimeUnit.SECONDS);
        service("a").useScheduler(TP, "tight").toCompletableFuture().get(60, TimeUnit.SECONDS);
        until(() -> scheduler(a).equals("tight") && scheduler(b).equals("tight"));
    }

    @Test
    void whoeverChangesAPartitionSeesTheChangeAtOnce() throws Exception {
        for (int i = 0; i < 200; i++) {
            LocalPartitions member = i % 4 < 2 ? a : b;
            String scheduler = i % 2 == 0 ? "binpack" : "tight";
            member.partitionService()
                    .useScheduler(TP, scheduler)
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(scheduler(member)).as("change %d", i).isEqualTo(scheduler);
        }
    }

    @Test
    void aSuspendedPartitionIsServedByNobodyUntilItIsResumed() throws Exception {
        commit(local(), Transaction.put("kept", bytes("x")));

        service("b").suspend(TP).toCompletableFuture().get(60, TimeUnit.SECONDS);

        until(() -> Stream.of(a, b)
                .allMatch(m -> state(m).equals("Suspended")
                        && m.partitionService().partition(TP).isEmpty()));
        assertThat(served(a)).isFalse();
        service("a").resume(TP).toCompletableFuture().get(60, TimeUnit.SECONDS);
        until(() -> Stream.of(a, b)
                .allMatch(m -> state(m).equals("Serving")
                        && m.partitionService().partition(TP).isPresent()));
        assertThat(local().get("kept")).isPresent();
        assertThatThrownBy(() -> service("a")
                        .suspend(new PartitionId("directory"))
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS))
                .hasMessageContaining("the directory cannot be changed");
    }

    private static String state(LocalPartitions member) {
        return member.partitionService().partitions().stream()
                .filter(s -> s.spec().id().equals(TP))
                .map(PartitionStatus::state)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theDirectorysOutageLeavesPartitionsAlone() throws Exception {
        until(() -> served(a) && served(b));
        network.cut("a", "b");

        assertThat(leaders(a)).isNotEmpty();
        assertThat(local().get("anything")).isEmpty();
        assertThat(commit(local(), Transaction.put("alone", bytes("x")))).isInstanceOf(CommitResult.Committed.class);
        assertThat(a.partitionService().partitions()).hasSize(3);
        assertThat(b.partitionService().partitions()).hasSize(3);
    }

    private PartitionService service(String member) {
        return (member.equals("a") ? a : b).partitionService();
    }

    private String leader() {
        until(() -> a.partitionService().partition(TP).orElse(null) instanceof LedPartition
                ^ b.partitionService().partition(TP).orElse(null) instanceof LedPartition);
        return a.partitionService().partition(TP).orElse(null) instanceof LedPartition ? "a" : "b";
    }

    private Partition local() {
        return service(leader()).partition(TP).orElseThrow();
    }

    /** The handle of the member that does not lead it. */
    private Partition remote() {
        PartitionService other = service(leader().equals("a") ? "b" : "a");
        until(() ->
                other.partition(TP).filter(p -> p.epoch() == local().epoch()).isPresent());
        return other.partition(TP).orElseThrow();
    }

    private static boolean served(LocalPartitions member) {
        return member.partitionService().partitions().stream()
                .allMatch(s -> s.state().equals("Serving"));
    }

    private static List<String> leaders(LocalPartitions member) {
        return member.partitionService().partitions().stream()
                .map(PartitionStatus::leader)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    private static List<String> status(LocalPartitions member) {
        return member.partitionService().partitions().stream()
                .map(s -> s.spec() + " " + s.leader() + " " + s.epoch() + " " + s.state())
                .toList();
    }

    private static String scheduler(LocalPartitions member) {
        return member.partitionService().partitions().stream()
                .filter(s -> s.spec().id().equals(TP))
                .map(s -> s.spec().scheduler())
                .findFirst()
                .orElse("");
    }

    private static void until(BooleanSupplier condition) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition::getAsBoolean);
    }

    private static CommitResult commit(Partition p, Transaction t) throws Exception {
        return p.submit(t).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}

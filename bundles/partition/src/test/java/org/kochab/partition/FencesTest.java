package org.kochab.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.store.memory.MemoryStore;

/** A fence in a partition with the real kernel. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FencesTest {
    private static final String FENCE = "fence/acme";

    private final MemoryStore store = new MemoryStore();
    private LocalPartitions partitions = LocalPartitions.start(store);
    private Partition partition = partitions.partition("tp-1");

    @AfterEach
    void stop() {
        partitions.close();
    }

    private CommitResult commit(Transaction transaction) throws Exception {
        return partition.submit(transaction).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private long put(String key) throws Exception {
        CommitResult result = commit(Transaction.put(key, new byte[] {1}));
        assertThat(result).as(key).isInstanceOf(CommitResult.Committed.class);
        return ((CommitResult.Committed) result).revision();
    }

    private void requireClosed(Transaction transaction) throws Exception {
        assertThat(commit(transaction)).isInstanceOfSatisfying(CommitResult.Conflict.class, c -> assertThat(c.key())
                .isEqualTo(FENCE));
    }

    private static Transaction knowing(long fence, Operation operation) {
        return new Transaction(List.of(new Precondition.AtRevision(FENCE, fence)), List.of(operation));
    }

    @Test
    void nobodyWritesBehindItWhoDoesNotNameIt() throws Exception {
        put("pods/acme/default/a");
        long fence = put(FENCE);

        requireClosed(Transaction.put("pods/acme/default/a", new byte[] {2}));
        requireClosed(Transaction.create("pods/acme/default/b", new byte[] {2}));
        requireClosed(new Transaction(List.of(), List.of(new Operation.Delete("open-tenant/acme"))));
        requireClosed(new Transaction(
                List.of(),
                List.of(
                        new Operation.Put("pods/other/default/a", new byte[1]),
                        new Operation.Delete("pods/acme/default/a"))));
        assertThat(commit(knowing(fence - 1, new Operation.Delete("pods/acme/default/a"))))
                .isInstanceOf(CommitResult.Conflict.class);
        put("pods/acme2/default/a");
        put("acme");
        assertThat(commit(knowing(fence, new Operation.Delete("pods/acme/default/a"))))
                .isInstanceOf(CommitResult.Committed.class);
        assertThat(commit(knowing(fence, new Operation.Delete(FENCE)))).isInstanceOf(CommitResult.Committed.class);
        put("pods/acme/default/a");
    }

    @Test
    void itHoldsForTheNextLeaderAndWithinOneCommit() throws Exception {
        var fence = partition.submit(Transaction.put(FENCE, new byte[1]));
        var late = partition.submit(Transaction.put("pods/acme/default/a", new byte[1]));
        assertThat(fence.toCompletableFuture().get(10, TimeUnit.SECONDS)).isInstanceOf(CommitResult.Committed.class);
        assertThat(late.toCompletableFuture().get(10, TimeUnit.SECONDS)).isInstanceOf(CommitResult.Conflict.class);

        partitions.close();
        partitions = LocalPartitions.start(store);
        partition = partitions.partition("tp-1");

        requireClosed(Transaction.put("pods/acme/default/a", new byte[1]));
    }

    @Test
    void aWatchBehindItGetsAllThatCameBeforeAndThenEnds() throws Exception {
        Watch open = partition.watch("pods/acme/", 0);
        Watch wide = partition.watch("pods/", 0);
        long first = put("pods/acme/default/a");
        long fence = put(FENCE);
        commit(knowing(fence, new Operation.Delete("pods/acme/default/a")));
        long lifted = ((CommitResult.Committed) commit(knowing(fence, new Operation.Delete(FENCE)))).revision();
        put("pods/acme/default/a");

        assertThat(drain(open)).containsExactly(first, fence);
        assertThat(drain(partition.watch("pods/acme/default/", 0))).containsExactly(first, fence);
        assertThat(drain(partition.watch("pods/acme/", first))).containsExactly(fence);
        assertThat(partition.watch("pods/acme/", lifted).poll()).hasSize(1);
        assertThat(wide.poll()).hasSize(3);
    }

    /** The revisions of a watch that ends. */
    private static List<Long> drain(Watch watch) {
        List<Long> revisions = new ArrayList<>();
        assertThatThrownBy(() -> {
                    while (true) {
                        watch.poll().stream().map(WatchEvent::revision).forEach(revisions::add);
                    }
                })
                .isInstanceOf(NotLeaderException.class);
        return revisions;
    }
}

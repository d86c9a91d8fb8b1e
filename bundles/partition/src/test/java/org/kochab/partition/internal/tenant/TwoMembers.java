package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.remote.AnswerLimits;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.store.memory.MemoryStore;
import org.kochab.testkit.cluster.MemoryNetwork;

/** Members {@code a} and {@code b} of one control plane, with the real kernel and threads, on one store. */
final class TwoMembers implements AutoCloseable {
    private static final Duration TTL = Duration.ofSeconds(6);

    final MemoryStore store = new MemoryStore();
    final Peers peersA;
    final Peers peersB;
    final LocalPartitions a;
    final LocalPartitions b;
    final MemoryNetwork network = new MemoryNetwork();

    TwoMembers() {
        this(AnswerLimits.DEFAULT);
    }

    TwoMembers(AnswerLimits limits) {
        peersA = new Peers("a", limits);
        peersB = new Peers("b", limits);
        peersA.attach(network.join("a"));
        peersB.attach(network.join("b"));
        CompletableFuture<LocalPartitions> first =
                CompletableFuture.supplyAsync(() -> LocalPartitions.join(store, peersA, TTL));
        b = LocalPartitions.join(store, peersB, TTL);
        a = first.join();
    }

    /** Returns when the member leads the partition. */
    void move(PartitionId id, String member) throws Exception {
        a.partitionService().move(id, member).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** The partition, once the member itself leads it. */
    static Partition led(LocalPartitions member, PartitionId id) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> member.partitionService().partition(id).orElse(null) instanceof LedPartition);
        return member.partitionService().partition(id).orElseThrow();
    }

    @Override
    public void close() {
        a.close();
        b.close();
        network.close();
    }
}

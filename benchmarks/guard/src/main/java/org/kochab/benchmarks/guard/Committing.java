package org.kochab.benchmarks.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

/** The kernel on the memory store: 20,000 transactions of one put of 1 KiB, and a watcher that sees them all. */
final class Committing implements Case {
    private static final int TRANSACTIONS = 20_000;
    private static final int AT_ONCE = 1_000;
    private static final byte[] VALUE = new byte[1_024];

    private final LocalPartitions partitions = LocalPartitions.start(new MemoryStore());

    @Override
    public String name() {
        return "committing";
    }

    @Override
    public void work() throws Exception {
        Partition partition = partitions.partition("tp-1");
        long before = partition.revision();
        try (Watch watch = partition.watch("guard/", before)) {
            int seen = 0;
            for (int i = 0; i < TRANSACTIONS; i += AT_ONCE) {
                List<CompletableFuture<CommitResult>> answers = new ArrayList<>(AT_ONCE);
                for (int j = 0; j < AT_ONCE; j++) {
                    Operation put = new Operation.Put("guard/" + (i + j), VALUE);
                    answers.add(partition
                            .submit(new Transaction(List.of(), List.of(put)))
                            .toCompletableFuture());
                }
                for (CompletableFuture<CommitResult> answer : answers) {
                    if (!(answer.get() instanceof CommitResult.Committed)) {
                        throw new IllegalStateException("a transaction was answered with " + answer.get());
                    }
                }
                seen += watch.poll().size();
            }
            while (seen < TRANSACTIONS) {
                int more = watch.poll(Duration.ofSeconds(10)).size();
                if (more == 0) {
                    throw new IllegalStateException("the watcher saw " + seen + " of " + TRANSACTIONS + " puts");
                }
                seen += more;
            }
        }
    }

    @Override
    public void close() {
        partitions.close();
    }
}

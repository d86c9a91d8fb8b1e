package org.kochab.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

class BallastTest {
    private static final int KEYS = 1_200;
    private static final int SECONDS = 30;

    @Test
    void writesItOnceAndFindsWhatIsNotAsItWas() throws Exception {
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            Partition partition = local.partition("tp-1");
            Ballast ballast = new Ballast(local.partitionService(), new PartitionId("tp-1"), KEYS);
            assertThat(ballast.wrong(partition)).isEqualTo(KEYS);

            ballast.fill(SECONDS);
            assertThat(ballast.wrong(partition)).isZero();
            long revision = partition.revision();
            ballast.fill(SECONDS);
            assertThat(partition.revision()).isEqualTo(revision);

            partition
                    .submit(Transaction.put("ballast/7", new byte[1]))
                    .toCompletableFuture()
                    .join();
            assertThat(ballast.wrong(partition)).isEqualTo(1);
        }
    }
}

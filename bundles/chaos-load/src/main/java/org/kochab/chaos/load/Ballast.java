package org.kochab.chaos.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Transaction;

/** Keys of the size of pods that a partition has beside those of its writers, written once: they make it as large as one with many pods. */
public final class Ballast {
    private static final String PREFIX = "ballast/";
    private static final int VALUE_BYTES = 1_000;
    private static final int KEYS_AT_ONCE = 500;
    private static final int RETRY_MILLIS = 100;
    private static final int ANSWER_SECONDS = 60;

    private final PartitionService partitions;
    private final PartitionId id;
    private final int keys;

    public Ballast(PartitionService partitions, PartitionId id, int keys) {
        this.partitions = partitions;
        this.id = id;
        this.keys = keys;
    }

    /**
     * Writes what is missing, however often the partition has to be asked.
     *
     * @throws TimeoutException if that takes longer
     */
    public void fill(int seconds) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (int from = 0; from < keys; from += KEYS_AT_ONCE) {
            List<Operation> puts = new ArrayList<>();
            for (int i = from; i < Math.min(keys, from + KEYS_AT_ONCE); i++) {
                puts.add(new Operation.Put(key(i), value(i)));
            }
            String last = puts.get(puts.size() - 1).key();
            while (!has(last) && !commit(new Transaction(List.of(), puts))) {
                if (System.nanoTime() - deadline > 0) {
                    throw new TimeoutException(
                            "the first " + from + " of " + keys + " keys were written in " + seconds + " s");
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private boolean has(String key) {
        return partitions.partition(id).flatMap(p -> p.get(key)).isPresent();
    }

    private boolean commit(Transaction transaction) throws InterruptedException {
        Optional<Partition> partition = partitions.partition(id);
        if (partition.isEmpty()) {
            return false;
        }
        try {
            return partition.get().submit(transaction).toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    instanceof CommitResult.Committed;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** How many keys are not there as they were written. */
    public int wrong(Partition partition) {
        int wrong = 0;
        for (int i = 0; i < keys; i++) {
            Optional<Entry> entry = partition.get(key(i));
            if (entry.isEmpty() || !Arrays.equals(entry.get().value(), value(i))) {
                wrong++;
            }
        }
        return wrong;
    }

    private static String key(int i) {
        return PREFIX + i;
    }

    private static byte[] value(int i) {
        byte[] value = new byte[VALUE_BYTES];
        new Random(i).nextBytes(value);
        return value;
    }
}

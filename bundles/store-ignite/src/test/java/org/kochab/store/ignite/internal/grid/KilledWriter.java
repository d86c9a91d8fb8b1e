package org.kochab.store.ignite.internal.grid;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StorePut;

/**
 * The main class of the JVM that {@link KilledStoreTest} kills: opens a store and commits to several partitions at once without end. It
 * prints {@code try PARTITION REVISION} before and {@code ack PARTITION REVISION} after each commit.
 */
final class KilledWriter {
    static final int PARTITIONS = 6;
    static final int KEYS = 200;

    private final IgnitePartitionStore store;
    private final PrintStream out;

    private KilledWriter(IgnitePartitionStore store, PrintStream out) {
        this.store = store;
        this.out = out;
    }

    public static void main(String[] args) throws Exception {
        IgnitePartitionStore store =
                IgnitePartitionStore.open(TestSettings.of(Path.of(args[0]), Integer.parseInt(args[1])));
        KilledWriter writer = new KilledWriter(store, System.out);
        for (int i = 0; i < PARTITIONS; i++) {
            String partition = "p" + i;
            new Thread(() -> writer.write(partition), partition).start();
        }
    }

    private void write(String partition) {
        try {
            Optional<LeaseRecord> before = await(store.lease(partition));
            LeaseRecord mine = new LeaseRecord(before.map(LeaseRecord::epoch).orElse(0L) + 1, "w", 0, 1_000);
            if (!await(store.compareAndSetLease(partition, before, mine))) {
                throw new IllegalStateException("lost a lease that nobody else wants");
            }
            long from = await(store.load(partition, put -> {}));
            for (long r = from + 1; ; r++) {
                say("try " + partition + " " + r);
                CommitOutcome outcome = await(store.commit(batch(partition, mine.epoch(), r)));
                if (!(outcome instanceof CommitOutcome.Done)) {
                    throw new IllegalStateException(outcome.toString());
                }
                say("ack " + partition + " " + r);
            }
        } catch (Exception e) {
            say("failed " + partition + " " + e);
            Runtime.getRuntime().halt(3);
        }
    }

    private void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    /** Each revision writes every key anew, but one, which it deletes. */
    static CommitBatch batch(String partition, long epoch, long revision) {
        List<StorePut> puts = new ArrayList<>();
        List<byte[]> deletes = new ArrayList<>();
        for (int k = 0; k < KEYS; k++) {
            byte[] key = ("k" + k).getBytes(UTF_8);
            if (k == revision % KEYS) {
                deletes.add(key);
            } else {
                puts.add(new StorePut(key, (revision + " " + "x".repeat(300)).getBytes(UTF_8)));
            }
        }
        return new CommitBatch(partition, epoch, revision - 1, revision, puts, deletes);
    }

    static <T> T await(java.util.concurrent.CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}

package org.kochab.store.mvstore.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StorePut;
import org.kochab.store.mvstore.internal.core.Settings;

/** What these tests do with stores. */
final class Writing {
    private Writing() {}

    static Settings settings(Path directory) {
        return new Settings("mvstore", directory, 8, 100, 1);
    }

    static MvPartitionStore open(Path directory) {
        return MvPartitionStore.open(settings(directory));
    }

    /** Takes the lease, in the next epoch. @return that */
    static long lead(PartitionStore store, String partition) throws Exception {
        Optional<LeaseRecord> before = await(store.lease(partition));
        LeaseRecord mine = new LeaseRecord(before.map(LeaseRecord::epoch).orElse(0L) + 1, "w", 0, 1_000);
        if (!await(store.compareAndSetLease(partition, before, mine))) {
            throw new IllegalStateException("lost a lease that nobody else wants");
        }
        return mine.epoch();
    }

    static CommitBatch batch(String partition, long epoch, long revision, StorePut... puts) {
        return new CommitBatch(partition, epoch, revision - 1, revision, List.of(puts), List.of());
    }

    static StorePut put(String key, String value) {
        return new StorePut(key.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    static void done(PartitionStore store, CommitBatch batch) throws Exception {
        CommitOutcome outcome = await(store.commit(batch));
        if (!(outcome instanceof CommitOutcome.Done)) {
            throw new IllegalStateException(outcome.toString());
        }
    }

    static Map<String, String> contents(PartitionStore store, String partition) throws Exception {
        Map<String, String> found = new TreeMap<>();
        await(store.load(partition, put -> found.put(new String(put.key(), UTF_8), new String(put.value(), UTF_8))));
        return found;
    }

    static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}

package org.kochab.testkit.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StorePut;

/** The calls of the contract test, with the time the contract allows. */
abstract class StoreContractCalls {
    PartitionStore store;

    void lead(String partition, long epoch) throws Exception {
        assertThat(cas(partition, Optional.empty(), new LeaseRecord(epoch, "a", 0, 5_000)))
                .isTrue();
    }

    void succeed(String partition, long epoch, String owner) throws Exception {
        Optional<LeaseRecord> now = await(store.lease(partition));
        assertThat(cas(partition, now, new LeaseRecord(epoch, owner, 0, 5_000))).isTrue();
    }

    boolean cas(String partition, Optional<LeaseRecord> expected, LeaseRecord next) throws Exception {
        return await(store.compareAndSetLease(partition, expected, next));
    }

    void done(CommitBatch batch) throws Exception {
        assertThat(commit(batch)).isEqualTo(new CommitOutcome.Done());
    }

    CommitOutcome commit(CommitBatch batch) throws Exception {
        return await(store.commit(batch));
    }

    long revision(String partition) throws Exception {
        return await(store.load(partition, put -> {}));
    }

    Map<String, String> contents(String partition) throws Exception {
        Map<String, String> all = new TreeMap<>();
        await(store.load(partition, put -> {
            String before = all.put(new String(put.key(), UTF_8), new String(put.value(), UTF_8));
            assertThat(before).as("key loaded twice").isNull();
        }));
        return all;
    }

    /** Thirty seconds are the contract's bound for an answer. */
    static <T> T await(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof StoreException s) {
                throw s;
            }
            throw e;
        }
    }

    static <T> List<T> together(List<Callable<T>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> f : threads.invokeAll(calls, 60, TimeUnit.SECONDS)) {
                results.add(f.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    static CommitBatch batch(
            String partition, long epoch, long previous, long revision, List<StorePut> puts, List<byte[]> deletes) {
        return new CommitBatch(partition, epoch, previous, revision, puts, deletes);
    }

    static StorePut put(String key, String value) {
        return new StorePut(key(key), value.getBytes(UTF_8));
    }

    static byte[] key(String key) {
        return key.getBytes(UTF_8);
    }
}

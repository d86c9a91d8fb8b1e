package org.kochab.store.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;

/**
 * Keeps partitions in the heap: everything is gone with the process. For tests and simulation only. All stages are complete when
 * they are returned.
 */
public final class MemoryStore implements PartitionStore {
    public static final String NAME = "memory";

    private static final class Contents {
        Optional<LeaseRecord> lease = Optional.empty();
        long revision;
        /** The last revision that each epoch wrote. */
        final TreeMap<Long, Long> written = new TreeMap<>();

        final Map<Key, byte[]> values = new HashMap<>();
    }

    private record Key(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key k && Arrays.equals(bytes, k.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private final String name;
    /** What outlives {@link #restarted}; guarded by itself. */
    private final Map<String, Contents> partitions;

    private final AtomicBoolean down = new AtomicBoolean();

    public MemoryStore() {
        this(NAME, new HashMap<>());
    }

    /** A store of another name, for tests with several stores. */
    public MemoryStore(String name) {
        this(name, new HashMap<>());
    }

    private MemoryStore(String name, Map<String, Contents> partitions) {
        this.name = name;
        this.partitions = partitions;
    }

    /** As if the store had crashed and come back: the same contents in a new store; the old one answers nothing any more. */
    public MemoryStore restarted() {
        synchronized (partitions) {
            down.set(true);
            return new MemoryStore(name, partitions);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public StoreHealth health() {
        boolean isDown = down.get();
        int members = isDown ? 0 : 1;
        return new StoreHealth(
                isDown ? StoreHealth.State.FAILED : StoreHealth.State.READY,
                isDown
                        ? "this store was restarted; use the new one"
                        : "for tests and simulation only: a restart loses everything",
                members,
                1,
                members,
                0,
                DURABILITY,
                -1,
                -1,
                -1,
                -1);
    }

    private static final String DURABILITY = "none: in memory";

    @Override
    public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
        synchronized (partitions) {
            if (down.get()) {
                return failed();
            }
            Contents p = partitions.get(partition);
            return CompletableFuture.completedFuture(p == null ? Optional.empty() : p.lease);
        }
    }

    @Override
    public CompletionStage<Boolean> compareAndSetLease(
            String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        synchronized (partitions) {
            if (down.get()) {
                return failed();
            }
            Contents p = partitions.get(partition);
            Optional<LeaseRecord> actual = p == null ? Optional.empty() : p.lease;
            if (!actual.equals(expected)) {
                return CompletableFuture.completedFuture(false);
            }
            partitions.computeIfAbsent(partition, k -> new Contents()).lease = Optional.of(next);
            return CompletableFuture.completedFuture(true);
        }
    }

    @Override
    public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
        synchronized (partitions) {
            return CompletableFuture.completedFuture(commitNow(batch));
        }
    }

    private CommitOutcome commitNow(CommitBatch batch) {
        if (down.get()) {
            return new CommitOutcome.Refused("this store was restarted; use the new one");
        }
        Contents p = partitions.get(batch.partition());
        long epoch = p == null ? 0 : p.lease.map(LeaseRecord::epoch).orElse(0L);
        if (p == null) {
            return new CommitOutcome.Fenced(epoch);
        }
        long written = p.written.getOrDefault(batch.epoch(), 0L);
        if (epoch != batch.epoch()) {
            return batch.revision() <= written ? new CommitOutcome.Done() : new CommitOutcome.Fenced(epoch);
        }
        if (p.revision == batch.revision() && written == batch.revision()) {
            return new CommitOutcome.Done();
        }
        if (p.revision != batch.previousRevision()) {
            return new CommitOutcome.WrongRevision(p.revision);
        }
        for (StorePut put : batch.puts()) {
            p.values.put(new Key(put.key()), put.value());
        }
        for (byte[] key : batch.deletes()) {
            p.values.remove(new Key(key));
        }
        p.revision = batch.revision();
        p.written.put(batch.epoch(), batch.revision());
        return new CommitOutcome.Done();
    }

    @Override
    public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
        long revision;
        List<StorePut> all = new ArrayList<>();
        synchronized (partitions) {
            if (down.get()) {
                return failed();
            }
            Contents p = partitions.get(partition);
            if (p == null) {
                return CompletableFuture.completedFuture(0L);
            }
            revision = p.revision;
            p.values.forEach((key, value) -> all.add(new StorePut(key.bytes(), value)));
            // Always in the same order: simulations are to repeat themselves.
            all.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
        }
        all.forEach(each);
        return CompletableFuture.completedFuture(revision);
    }

    @Override
    public CompletionStage<Void> drop(String partition) {
        synchronized (partitions) {
            if (down.get()) {
                return failed();
            }
            partitions.remove(partition);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static <T> CompletionStage<T> failed() {
        return CompletableFuture.failedFuture(new StoreException("this store was restarted; use the new one"));
    }
}

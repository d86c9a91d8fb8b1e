package org.kochab.store.ignite.internal.grid;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;
import org.apache.ignite.transactions.Transaction;
import org.apache.ignite.transactions.TransactionConcurrency;
import org.apache.ignite.transactions.TransactionIsolation;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StorePut;
import org.kochab.store.ignite.internal.core.Block;
import org.kochab.store.ignite.internal.core.Head;
import org.kochab.store.ignite.internal.core.Judgement;
import org.kochab.store.ignite.internal.core.Keys;
import org.kochab.store.ignite.internal.core.LeaseCell;

/**
 * The store's operations, blocking. Each change is a pessimistic transaction that first locks the partition's lease key, so that changes of
 * one partition come one after the other.
 *
 * <p>An Ignite transaction is atomic for readers and is durable when it returns, but a crash while it commits can leave some of its
 * entries: they are logged one by one, in the order in which the transaction first touched them. A commit therefore touches a free slot of the log before
 * the head that says that it is in use. Every other transaction writes a single entry.
 */
final class PartitionTransactions {
    private static final byte LEASE = 'L';
    private static final byte HEAD = 'H';

    /** What had the place of the head before there was a log. */
    private static final byte JOURNAL = 'J';

    /** Entries removed in one transaction when a partition is dropped. */
    private static final int PURGE_CHUNK = 1_000;

    private final Grid grid;
    private final IgniteCache<byte[], byte[]> heads;
    private final IgniteCache<byte[], byte[]> entries;
    private final int timeoutMillis;

    PartitionTransactions(Grid grid, int timeoutMillis) {
        this.grid = grid;
        this.heads = grid.heads();
        this.entries = grid.entries();
        this.timeoutMillis = timeoutMillis;
    }

    Optional<LeaseRecord> lease(String partition) {
        return cell(key(partition, LEASE)).flatMap(LeaseCell::current);
    }

    boolean compareAndSetLease(String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        byte[] leaseKey = key(partition, LEASE);
        if (expected.isEmpty()
                && cell(leaseKey).filter(LeaseCell.Dropping.class::isInstance).isPresent()) {
            purge(partition);
        }
        try (Transaction tx = begin(1)) {
            Optional<LeaseCell> current = cell(leaseKey);
            if (current.filter(LeaseCell.Dropping.class::isInstance).isPresent()
                    || !current.flatMap(LeaseCell::current).equals(expected)) {
                return false;
            }
            heads.put(leaseKey, new LeaseCell.Taken(next).encode());
            tx.commit();
            return true;
        }
    }

    /** @param logged told of the log after each commit, and when it is too full for one */
    CommitOutcome commit(CommitBatch batch, Consumer<Head> logged) {
        byte[] block = Block.encode(batch);
        while (true) {
            // Before the transaction, which must touch the slot before the head, be it for reading.
            long slot = head(batch.partition()).nextSlot();
            Optional<CommitOutcome> outcome = commit(batch, slot, block, logged);
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
    }

    /** @return empty if another batch took the slot */
    private Optional<CommitOutcome> commit(CommitBatch batch, long slot, byte[] block, Consumer<Head> logged) {
        boolean committing = false;
        try (Transaction tx = begin(3)) {
            Optional<LeaseRecord> lease = cell(key(batch.partition(), LEASE)).flatMap(LeaseCell::current);
            entries.put(Keys.slot(Keys.prefix(batch.partition()), slot), block);
            Head head = head(batch.partition());
            Optional<CommitOutcome> answer = Judgement.of(lease, head, batch);
            if (answer.isPresent()) {
                return answer;
            }
            if (head.isFull()) {
                logged.accept(head);
                return Optional.of(new CommitOutcome.Refused(
                        "merging is behind by " + head.waiting() + " batches: try again shortly"));
            }
            if (head.nextSlot() != slot) {
                return Optional.empty();
            }
            Head next = head.with(batch, Block.bytes(batch));
            heads.put(key(batch.partition(), HEAD), next.encode());
            committing = true;
            tx.commit();
            logged.accept(next);
            return Optional.of(new CommitOutcome.Done());
        } catch (IgniteException | CacheException | IllegalStateException e) {
            String reason = Grid.rootMessage(e);
            return Optional.of(committing ? new CommitOutcome.Unknown(reason) : new CommitOutcome.Refused(reason));
        }
    }

    long load(String partition, Consumer<StorePut> each) {
        Head before = lockedHead(partition);
        new Log(entries, partition, before).all().forEachRemaining(item -> {
            if (item.value() != null) {
                each.accept(new StorePut(item.key(), item.value()));
            }
        });
        long after = lockedHead(partition).revision();
        if (after != before.revision()) {
            throw new StoreException("partition " + partition + " went from revision " + before.revision() + " to "
                    + after + " while it was loaded: take its lease before loading it");
        }
        return after;
    }

    /**
     * Changes the head if the partition is there, under the lock that commits take.
     *
     * @param change gives null to change nothing
     * @return what is there now; empty if the partition is not, or nothing was changed
     */
    Optional<Head> changeHead(String partition, UnaryOperator<@Nullable Head> change) {
        try (Transaction tx = begin(2)) {
            if (cell(key(partition, LEASE))
                    .filter(LeaseCell.Taken.class::isInstance)
                    .isEmpty()) {
                return Optional.empty();
            }
            Head changed = change.apply(head(partition));
            if (changed == null) {
                return Optional.empty();
            }
            heads.put(key(partition, HEAD), changed.encode());
            tx.commit();
            return Optional.of(changed);
        }
    }

    IgniteCache<byte[], byte[]> entries() {
        return entries;
    }

    /** Not locked: for a look. */
    Head head(String partition) {
        byte[] stored = heads.get(key(partition, HEAD));
        return stored == null ? Head.EMPTY : Head.decode(stored);
    }

    void drop(String partition) {
        byte[] leaseKey = key(partition, LEASE);
        try (Transaction tx = begin(1)) {
            if (cell(leaseKey).isEmpty()) {
                return;
            }
            heads.put(leaseKey, new LeaseCell.Dropping().encode());
            tx.commit();
        }
        purge(partition);
    }

    /**
     * Finishes every drop that a crash interrupted.
     *
     * @throws StoreException if the data has a layout that this version does not read
     */
    void repair() {
        try (QueryCursor<Cache.Entry<byte[], byte[]>> all = heads.query(new ScanQuery<>())) {
            for (Cache.Entry<byte[], byte[]> head : all) {
                byte kind = head.getKey()[head.getKey().length - 1];
                if (kind == JOURNAL) {
                    throw new StoreException("partition " + Keys.partition(head.getKey())
                            + " was written as a table of entries, this version reads logs: start with an empty directory,"
                            + " or run the version that wrote it");
                }
                if (kind == LEASE && LeaseCell.decode(head.getValue()) instanceof LeaseCell.Dropping) {
                    purge(Keys.partition(head.getKey()));
                }
            }
        }
    }

    /** Removes what a dropped partition left; only while its lease key says that it is dropped. */
    private void purge(String partition) {
        byte[] leaseKey = key(partition, LEASE);
        byte[] prefix = Keys.prefix(partition);
        SortedSet<byte[]> chunk = new TreeSet<>(Arrays::compareUnsigned);
        try (QueryCursor<Cache.Entry<byte[], byte[]>> all = scan(prefix)) {
            Iterator<Cache.Entry<byte[], byte[]>> each = all.iterator();
            while (each.hasNext()) {
                byte[] key = each.next().getKey();
                if (Keys.belongs(key, prefix)) {
                    chunk.add(key);
                }
                if (chunk.size() == PURGE_CHUNK || !each.hasNext()) {
                    if (!whileDropping(leaseKey, () -> entries.removeAll(chunk))) {
                        return;
                    }
                    chunk.clear();
                }
            }
        }
        // each alone: a crash between them must find the lease key last
        if (whileDropping(leaseKey, () -> heads.remove(key(partition, HEAD)))) {
            whileDropping(leaseKey, () -> heads.remove(leaseKey));
        }
    }

    private boolean whileDropping(byte[] leaseKey, Runnable change) {
        try (Transaction tx = begin(0)) {
            if (cell(leaseKey).filter(LeaseCell.Dropping.class::isInstance).isEmpty()) {
                return false;
            }
            change.run();
            tx.commit();
            return true;
        }
    }

    private Head lockedHead(String partition) {
        // a commit whose caller has no answer yet is either before or after
        try (Transaction tx = begin(0)) {
            cell(key(partition, LEASE));
            Head head = head(partition);
            tx.rollback();
            return head;
        }
    }

    private Optional<LeaseCell> cell(byte[] leaseKey) {
        byte @Nullable [] stored = heads.get(leaseKey);
        return stored == null ? Optional.empty() : Optional.of(LeaseCell.decode(stored));
    }

    private QueryCursor<Cache.Entry<byte[], byte[]>> scan(byte[] prefix) {
        // no filter: it would have to travel to other members
        return entries.query(new ScanQuery<byte[], byte[]>().setPartition(ignitePartition(prefix)));
    }

    private int ignitePartition(byte[] prefix) {
        return grid.ignite().<byte[]>affinity(entries.getName()).partition(prefix);
    }

    /** How many members have all of a partition now. */
    int copies(String partition) {
        return grid.copies().of(ignitePartition(Keys.prefix(partition)));
    }

    private Transaction begin(int entryCount) {
        return grid.ignite()
                .transactions()
                .txStart(
                        TransactionConcurrency.PESSIMISTIC,
                        TransactionIsolation.REPEATABLE_READ,
                        timeoutMillis,
                        entryCount);
    }

    private static byte[] key(String partition, byte kind) {
        return Keys.entry(Keys.prefix(partition), new byte[] {kind});
    }
}

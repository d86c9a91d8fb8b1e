package org.kochab.store.ignite.internal.grid;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
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
import org.kochab.store.ignite.internal.core.Journal;
import org.kochab.store.ignite.internal.core.Judgement;
import org.kochab.store.ignite.internal.core.Keys;
import org.kochab.store.ignite.internal.core.LeaseCell;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's operations, blocking. Each change is a pessimistic transaction that first locks the partition's lease key, so that changes of
 * one partition come one after the other.
 *
 * <p>An Ignite transaction is atomic for readers and is durable when it returns, but a crash while it commits can leave some of its
 * entries: they are logged one by one, in the order in which the transaction first touched them. A commit therefore touches the journal
 * before the entries, and {@link #repair} completes from the journal what was torn. Every other transaction writes a single entry.
 */
final class PartitionTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionTransactions.class);

    private static final byte LEASE = 'L';
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

    CommitOutcome commit(CommitBatch batch) {
        byte[] prefix = Keys.prefix(batch.partition());
        byte[] journalKey = key(batch.partition(), JOURNAL);
        boolean committing = false;
        try (Transaction tx = begin(batch.puts().size() + batch.deletes().size() + 2)) {
            Optional<LeaseRecord> lease = cell(key(batch.partition(), LEASE)).flatMap(LeaseCell::current);
            byte[] stored = heads.get(journalKey);
            Journal journal = stored == null ? Journal.EMPTY : Journal.decodeHead(stored);
            Optional<CommitOutcome> answer = Judgement.of(lease, journal, batch);
            if (answer.isPresent()) {
                return answer.get();
            }
            // before the entries: see the class comment
            heads.put(journalKey, journal.next(batch).encode());
            write(prefix, batch.puts(), batch.deletes());
            committing = true;
            tx.commit();
            return new CommitOutcome.Done();
        } catch (IgniteException | CacheException | IllegalStateException e) {
            String reason = Grid.rootMessage(e);
            return committing ? new CommitOutcome.Unknown(reason) : new CommitOutcome.Refused(reason);
        }
    }

    long load(String partition, Consumer<StorePut> each) {
        long before = revision(partition);
        byte[] prefix = Keys.prefix(partition);
        try (QueryCursor<Cache.Entry<byte[], byte[]>> all = scan(prefix)) {
            for (Cache.Entry<byte[], byte[]> entry : all) {
                if (Keys.belongs(entry.getKey(), prefix)) {
                    each.accept(new StorePut(Keys.strip(entry.getKey(), prefix), entry.getValue()));
                }
            }
        }
        long after = revision(partition);
        if (after != before) {
            throw new StoreException("partition " + partition + " went from revision " + before + " to " + after
                    + " while it was loaded: take its lease before loading it");
        }
        return after;
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

    /** Completes every partition's newest commit if a crash tore it, and every drop that was not finished. */
    void repair() {
        try (QueryCursor<Cache.Entry<byte[], byte[]>> all = heads.query(new ScanQuery<>())) {
            for (Cache.Entry<byte[], byte[]> head : all) {
                byte kind = head.getKey()[head.getKey().length - 1];
                String partition = Keys.partition(head.getKey());
                if (kind == LEASE && LeaseCell.decode(head.getValue()) instanceof LeaseCell.Dropping) {
                    purge(partition);
                } else if (kind == JOURNAL) {
                    repair(partition, head.getKey());
                }
            }
        }
    }

    private void repair(String partition, byte[] journalKey) {
        byte[] prefix = Keys.prefix(partition);
        try (Transaction tx = begin(0)) {
            Optional<LeaseCell> cell = cell(key(partition, LEASE));
            byte[] stored = heads.get(journalKey);
            if (stored == null || cell.filter(LeaseCell.Taken.class::isInstance).isEmpty()) {
                return;
            }
            Journal journal = Journal.decode(stored);
            if (complete(prefix, journal)) {
                return;
            }
            LOG.warn(
                    "Partition {}: a crash had torn the commit of revision {}; completing it",
                    partition,
                    journal.revision());
            write(prefix, journal.puts(), journal.deletes());
            tx.commit();
        }
    }

    private boolean complete(byte[] prefix, Journal journal) {
        for (StorePut put : journal.puts()) {
            if (!Arrays.equals(put.value(), entries.get(Keys.entry(prefix, put.key())))) {
                return false;
            }
        }
        for (byte[] key : journal.deletes()) {
            if (entries.get(Keys.entry(prefix, key)) != null) {
                return false;
            }
        }
        return true;
    }

    private void write(byte[] prefix, Iterable<StorePut> puts, Iterable<byte[]> deletes) {
        SortedMap<byte[], byte[]> present = new TreeMap<>(Arrays::compareUnsigned);
        for (StorePut put : puts) {
            present.put(Keys.entry(prefix, put.key()), put.value());
        }
        SortedSet<byte[]> absent = new TreeSet<>(Arrays::compareUnsigned);
        for (byte[] key : deletes) {
            absent.add(Keys.entry(prefix, key));
        }
        if (!present.isEmpty()) {
            entries.putAll(present);
        }
        if (!absent.isEmpty()) {
            entries.removeAll(absent);
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
        if (whileDropping(leaseKey, () -> heads.remove(key(partition, JOURNAL)))) {
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

    private long revision(String partition) {
        // under the lease key's lock: a commit whose caller has no answer yet is either before or after
        try (Transaction tx = begin(0)) {
            cell(key(partition, LEASE));
            byte[] stored = heads.get(key(partition, JOURNAL));
            tx.rollback();
            return stored == null ? 0 : Journal.decodeHead(stored).revision();
        }
    }

    private Optional<LeaseCell> cell(byte[] leaseKey) {
        byte @Nullable [] stored = heads.get(leaseKey);
        return stored == null ? Optional.empty() : Optional.of(LeaseCell.decode(stored));
    }

    private QueryCursor<Cache.Entry<byte[], byte[]>> scan(byte[] prefix) {
        // no filter: it would have to travel to other members
        int ignitePartition = grid.ignite().<byte[]>affinity(entries.getName()).partition(prefix);
        return entries.query(new ScanQuery<byte[], byte[]>().setPartition(ignitePartition));
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

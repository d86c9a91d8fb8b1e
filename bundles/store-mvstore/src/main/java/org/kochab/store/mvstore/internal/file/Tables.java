package org.kochab.store.mvstore.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StorePut;
import org.kochab.store.mvstore.internal.core.Contents;
import org.kochab.store.mvstore.internal.core.DamagedException;
import org.kochab.store.mvstore.internal.core.Head;
import org.kochab.store.mvstore.internal.core.Root;
import org.kochab.store.mvstore.internal.core.Sealed;

/**
 * The partitions of an open file: a table of heads, whose first record describes the table itself, and a table of entries for each partition.
 * One thread changes it, a group at a time; what is durable can be read by any.
 */
final class Tables {
    private static final String HEADS = "heads";
    private static final String ENTRIES = "p.";
    private static final byte[] ROOT = {};
    private static final int COMPACT_PERCENT = 50;

    private final Path path;
    private final MVStore store;
    private final MVMap<byte[], byte[]> heads;
    private final Map<String, MVMap<byte[], byte[]>> entries = new ConcurrentHashMap<>();
    private final Map<String, Head> durable = new ConcurrentHashMap<>();

    /** What the group under way changes; empty for a partition that it drops. */
    private final SortedMap<String, Optional<Head>> changed = new TreeMap<>();

    private final long version;
    private volatile Root root;

    private Tables(Path path, MVStore store) {
        this.path = path;
        this.store = store;
        this.version = store.getCurrentVersion();
        this.heads = open(HEADS);
        byte[] stored = heads.get(ROOT);
        if (stored == null) {
            throw new DamagedException(path + " has no record of what is in it");
        }
        this.root = Root.decode(Sealed.unseal(ROOT, stored));
    }

    /** Makes a new file, which is on the disk and closed afterwards. */
    static void create(Path path, int cacheMegabytes) {
        MVStore store = DataFile.open(path, cacheMegabytes);
        MVMap<byte[], byte[]> heads = store.openMap(HEADS, type());
        heads.put(ROOT, Sealed.seal(ROOT, Root.FIRST.encode()));
        store.commit();
        store.close();
    }

    /**
     * Reads everything there is and compares it with what was written.
     *
     * @param store closed if this fails
     * @throws DamagedException if something is missing, old or wrong
     * @throws StoreException if a newer version of Kochab wrote it
     */
    static Tables verified(Path path, MVStore store) {
        boolean good = false;
        try {
            Tables tables = new Tables(path, store);
            tables.verify();
            good = true;
            return tables;
        } catch (DamagedException | StoreException e) {
            throw e;
        } catch (RuntimeException | AssertionError | OutOfMemoryError | StackOverflowError e) {
            throw DataFile.unreadable(path, e);
        } finally {
            if (!good) {
                store.closeImmediately();
            }
        }
    }

    private void verify() {
        Contents[] found = {Contents.NONE};
        Cursor<byte[], byte[]> all = heads.cursor(null);
        while (all.hasNext()) {
            byte[] key = all.next();
            if (key.length > 0) {
                durable.put(new String(key, UTF_8), Head.decode(Sealed.unseal(key, all.getValue())));
                found[0] = found[0].plus(all.getValue());
            }
        }
        expect(root.heads(), found[0], "the table of partitions");
        Set<String> tables = new HashSet<>(store.getMapNames());
        tables.remove(HEADS);
        durable.forEach((partition, head) -> {
            if (tables.remove(ENTRIES + partition)) {
                entries.put(partition, open(ENTRIES + partition));
            }
            check(partition);
        });
        if (!tables.isEmpty()) {
            throw new DamagedException(path + " has tables that belong to no partition: " + tables);
        }
    }

    /** Compares what a partition has with what it should. @throws DamagedException if it is not the same */
    void check(String partition) {
        head(partition)
                .ifPresent(head ->
                        expect(head.contents(), read(entries.get(partition), put -> {}), "partition " + partition));
    }

    private void expect(Contents written, Contents found, String where) {
        if (!written.equals(found)) {
            throw new DamagedException(path + ": of the " + written.entries() + " entries of " + where
                    + " some are missing or not as they" + " were written");
        }
    }

    private MVMap<byte[], byte[]> open(String name) {
        return store.openMap(name, type());
    }

    private static MVMap.Builder<byte[], byte[]> type() {
        return new MVMap.Builder<byte[], byte[]>().keyType(Bytes.TYPE).valueType(Bytes.TYPE);
    }

    private static Contents read(@Nullable MVMap<byte[], byte[]> table, Consumer<StorePut> each) {
        Contents found = Contents.NONE;
        if (table != null) {
            Cursor<byte[], byte[]> all = table.cursor(null);
            while (all.hasNext()) {
                byte[] key = all.next();
                each.accept(new StorePut(key, Sealed.unseal(key, all.getValue())));
                found = found.plus(all.getValue());
            }
        }
        return found;
    }

    // Any thread

    /** The version of the file that was opened. */
    long version() {
        return version;
    }

    /** The newest group that is durable. */
    long sequence() {
        return root.sequence();
    }

    /** A partition as it is on the disk. */
    Optional<Head> durable(String partition) {
        return Optional.ofNullable(durable.get(partition));
    }

    /**
     * Reads a partition, to which nothing must be written meanwhile.
     *
     * @throws DamagedException if what was read is not what is on the disk, be it that something was
     */
    long load(String partition, Consumer<StorePut> each) {
        MVStore.TxCounter kept = store.registerVersionUsage();
        try {
            Optional<Head> head = durable(partition);
            if (head.isEmpty()) {
                return 0;
            }
            expect(head.get().contents(), read(entries.get(partition), each), "partition " + partition);
            return head.get().revision();
        } finally {
            store.deregisterVersionUsage(kept);
        }
    }

    // The writing thread

    private Optional<Head> head(String partition) {
        Optional<Head> now = changed.get(partition);
        return now == null ? durable(partition) : now;
    }

    boolean compareAndSetLease(String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        Optional<Head> head = head(partition);
        if (!head.map(Head::lease).equals(expected)) {
            return false;
        }
        changed.put(partition, Optional.of(head.map(h -> h.with(next)).orElseGet(() -> Head.of(next))));
        return true;
    }

    CommitOutcome commit(CommitBatch batch) {
        Optional<Head> head = head(batch.partition());
        if (head.isEmpty()) {
            return new CommitOutcome.Fenced(0);
        }
        Optional<CommitOutcome> verdict = head.get().judge(batch);
        if (verdict.isPresent()) {
            return verdict.get();
        }
        Contents contents = write(batch, head.get().contents());
        changed.put(batch.partition(), Optional.of(head.get().with(batch, contents)));
        return new CommitOutcome.Done();
    }

    private Contents write(CommitBatch batch, Contents before) {
        MVMap<byte[], byte[]> table = entries.computeIfAbsent(batch.partition(), name -> open(ENTRIES + name));
        Contents contents = before;
        for (StorePut put : batch.puts()) {
            byte[] stored = Sealed.seal(put.key(), put.value());
            byte[] replaced = table.put(put.key(), stored);
            contents = (replaced == null ? contents : contents.minus(replaced)).plus(stored);
        }
        for (byte[] key : batch.deletes()) {
            byte[] removed = table.remove(key);
            contents = removed == null ? contents : contents.minus(removed);
        }
        return contents;
    }

    void drop(String partition) {
        if (head(partition).isPresent()) {
            changed.put(partition, Optional.empty());
            MVMap<byte[], byte[]> table = entries.remove(partition);
            if (table != null) {
                store.removeMap(table);
            }
        }
    }

    /** Whether the group under way changes anything. */
    boolean isChanged() {
        return !changed.isEmpty();
    }

    /** Makes the group durable: it is on the disk as a whole when this returns, and is there as a whole or not at all if it does not. */
    void force() {
        Contents contents = root.heads();
        for (Map.Entry<String, Optional<Head>> change : changed.entrySet()) {
            byte[] key = change.getKey().getBytes(UTF_8);
            byte[] replaced;
            if (change.getValue().isPresent()) {
                byte[] stored = Sealed.seal(key, change.getValue().get().encode());
                replaced = heads.put(key, stored);
                contents = contents.plus(stored);
            } else {
                replaced = heads.remove(key);
            }
            contents = replaced == null ? contents : contents.minus(replaced);
        }
        Root next = root.next(contents);
        heads.put(ROOT, Sealed.seal(ROOT, next.encode()));
        write();
        root = next;
        changed.forEach((partition, head) ->
                head.ifPresentOrElse(h -> durable.put(partition, h), () -> durable.remove(partition)));
        changed.clear();
    }

    private void write() {
        store.commit();
        store.sync();
        // a store that was closed meanwhile writes nothing and says nothing
        if (store.isClosed()) {
            throw new StoreException("the file was closed while it was written");
        }
    }

    /**
     * Gives back space of what was overwritten: puts what is left in sparse parts of the file together. Durable when it returns.
     *
     * @param bytes most to be moved
     */
    void compact(int bytes) {
        if (store.compact(COMPACT_PERCENT, bytes)) {
            write();
        }
    }

    /** Ends it in order. */
    void close() {
        store.close();
    }

    /** Ends it without writing anything. */
    void abandon() {
        store.closeImmediately();
    }
}

package org.kochab.partition.internal.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.partition.Entry;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.kernel.StoredValue;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StorePut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills an empty store from a backup, before anybody leads a partition in it. Whoever takes the directory's lease does it; the
 * directory's entries come last, in one commit, so a store whose directory has a revision is restored or was never empty. A restore that
 * was interrupted is begun anew by the same member.
 *
 * <p>Epochs go on far above those of the backup: agents that knew later leaders than the backup does obey the new ones.
 */
final class Restore {
    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
    private static final String DIRECTORY = Directory.ID.value();

    /** More changes of leader than there are between a backup and its use. */
    private static final long EPOCHS = 1_000_000;

    private static final int BATCH_BYTES = PartitionStore.MAX_BATCH_BYTES / 2;
    private static final long LEASE_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final int ANSWER_SECONDS = 60;
    private static final int TRIES = 10;

    private final PartitionStore store;
    private final String member;
    private final BackupReader backup;

    private Restore(PartitionStore store, String member, BackupReader backup) {
        this.store = store;
        this.member = member;
        this.backup = backup;
    }

    /**
     * Blocks until the store has what the backup has, or had a control plane already.
     *
     * @return whether it is now filled; if not, another member is at it
     * @throws IOException if the backup cannot be read; nothing is changed then
     * @throws StoreException if the store refuses
     */
    static boolean into(PartitionStore store, String member, Path file) throws IOException, InterruptedException {
        Optional<LeaseRecord> lease = await(store.lease(DIRECTORY));
        if (lease.isPresent() && await(store.load(DIRECTORY, put -> {})) > 0) {
            return true;
        }
        if (lease.isPresent() && !lease.get().owner().equals(member)) {
            return false;
        }
        try (BackupReader backup = new BackupReader(file)) {
            return new Restore(store, member, backup).run(lease, file);
        }
    }

    private boolean run(Optional<LeaseRecord> before, Path file) throws IOException, InterruptedException {
        List<Manifest.Part> parts = backup.manifest().partitions();
        if (parts.isEmpty() || !parts.get(0).id().equals(DIRECTORY)) {
            throw new IOException(file + " is no backup of a whole control plane: its directory is missing");
        }
        LeaseRecord mine = new LeaseRecord(parts.get(0).epoch() + EPOCHS, member, 0, LEASE_MILLIS);
        if (before.isEmpty() && !await(store.compareAndSetLease(DIRECTORY, before, mine))) {
            return false;
        }
        LOG.info(
                "The store {} is filled from {}, made {}",
                store.name(),
                file,
                backup.manifest().made());
        for (Manifest.Part part : parts.subList(1, parts.size())) {
            await(store.drop(part.id()));
            LeaseRecord own = new LeaseRecord(part.epoch() + EPOCHS, member, 0, LEASE_MILLIS);
            if (!await(store.compareAndSetLease(part.id(), Optional.empty(), own))) {
                throw new StoreException("somebody else writes partition " + part.id() + " while it is restored");
            }
            write(part, own);
        }
        write(parts.get(0), mine);
        LOG.info("The store {} has {} partitions of {}", store.name(), parts.size(), file);
        return true;
    }

    /** Writes a partition, all but its last batch under small revisions, and gives its lease back. */
    private void write(Manifest.Part part, LeaseRecord lease) throws IOException, InterruptedException {
        Batches batches = new Batches(part, lease.epoch());
        backup.read(part, batches::add);
        batches.last();
        LeaseRecord free = new LeaseRecord(lease.epoch(), "", 1, lease.ttlMillis());
        if (!await(store.compareAndSetLease(part.id(), Optional.of(lease), free))) {
            throw new StoreException("somebody else took partition " + part.id() + " while it was restored");
        }
    }

    private final class Batches {
        private final Manifest.Part part;
        private final long epoch;
        private List<StorePut> puts = new ArrayList<>();
        private long bytes;
        private long revision;

        Batches(Manifest.Part part, long epoch) {
            this.part = part;
            this.epoch = epoch;
        }

        void add(Entry entry) throws InterruptedException {
            StorePut put = StoredValue.encode(entry);
            long size = put.key().length + put.value().length;
            if (!puts.isEmpty() && bytes + size > BATCH_BYTES && !part.id().equals(DIRECTORY)) {
                commit(revision + 1);
            }
            puts.add(put);
            bytes += size;
        }

        void last() throws InterruptedException {
            if (part.revision() > revision) {
                commit(part.revision());
            } else if (!puts.isEmpty()) {
                commit(revision + 1);
            }
        }

        private void commit(long next) throws InterruptedException {
            CommitBatch batch = new CommitBatch(part.id(), epoch, revision, next, puts, List.of());
            CommitOutcome outcome = await(store.commit(batch));
            for (int tried = 1; tried < TRIES && !(outcome instanceof CommitOutcome.Done); tried++) {
                TimeUnit.SECONDS.sleep(1);
                outcome = await(store.commit(batch));
            }
            if (!(outcome instanceof CommitOutcome.Done)) {
                throw new StoreException("partition " + part.id() + " cannot be written: " + outcome);
            }
            revision = next;
            puts = new ArrayList<>();
            bytes = 0;
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new StoreException(String.valueOf(e.getCause().getMessage()), e.getCause());
        } catch (TimeoutException e) {
            throw new StoreException("the store did not answer within " + ANSWER_SECONDS + " s", e);
        }
    }
}

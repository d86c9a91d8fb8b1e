package org.kochab.store.mvstore.internal.core;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;

/**
 * What is kept of a partition beside its entries. Immutable.
 *
 * @param revision of the newest batch, 0 before the first
 * @param epoch in which that was written
 * @param ends the last revision of each of the newest former epochs, oldest first
 * @param contents of the partition's entries
 */
public record Head(LeaseRecord lease, long revision, long epoch, List<End> ends, Contents contents) {
    /** How many former epochs can still be asked whether they wrote a batch. */
    static final int ENDS = 16;

    /** The last revision written in an epoch. */
    public record End(long epoch, long revision) {}

    public Head {
        ends = List.copyOf(ends);
    }

    /** Of a partition that gets its first lease. */
    public static Head of(LeaseRecord lease) {
        return new Head(lease, 0, 0, List.of(), Contents.NONE);
    }

    public Head with(LeaseRecord next) {
        return new Head(next, revision, epoch, ends, contents);
    }

    /** After a batch that {@link #judge} let pass. */
    public Head with(CommitBatch batch, Contents next) {
        List<End> nextEnds = ends;
        if (epoch != batch.epoch() && revision > 0) {
            nextEnds = new ArrayList<>(ends.subList(Math.max(0, ends.size() - ENDS + 1), ends.size()));
            nextEnds.add(new End(epoch, revision));
        }
        return new Head(lease, batch.revision(), batch.epoch(), nextEnds, next);
    }

    /** The answer to a batch that is not to be written; empty if it is. */
    public Optional<CommitOutcome> judge(CommitBatch batch) {
        if (lease.epoch() != batch.epoch()) {
            return Optional.of(ofAnotherEpoch(batch));
        }
        if (revision == batch.revision() && epoch == batch.epoch()) {
            return Optional.of(new CommitOutcome.Done());
        }
        if (revision != batch.previousRevision()) {
            return Optional.of(new CommitOutcome.WrongRevision(revision));
        }
        return Optional.empty();
    }

    private CommitOutcome ofAnotherEpoch(CommitBatch batch) {
        boolean written = epoch == batch.epoch() && batch.revision() <= revision
                || ends.stream().anyMatch(end -> end.epoch() == batch.epoch() && batch.revision() <= end.revision());
        if (written) {
            return new CommitOutcome.Done();
        }
        boolean forgotten = ends.size() == ENDS && batch.epoch() < ends.get(0).epoch();
        return forgotten
                ? new CommitOutcome.Unknown("epoch " + batch.epoch()
                        + " is too long ago to say whether it wrote revision " + batch.revision())
                : new CommitOutcome.Fenced(lease.epoch());
    }

    public byte[] encode() {
        byte[] owner = lease.owner().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out =
                ByteBuffer.allocate(7 * Long.BYTES + 2 * Integer.BYTES + ends.size() * 2 * Long.BYTES + owner.length);
        out.putLong(lease.epoch()).putLong(lease.renewal()).putLong(lease.ttlMillis());
        out.putInt(owner.length).put(owner);
        out.putLong(revision).putLong(epoch);
        out.putInt(ends.size());
        ends.forEach(end -> out.putLong(end.epoch()).putLong(end.revision()));
        return out.putLong(contents.entries()).putLong(contents.digest()).array();
    }

    public static Head decode(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            long leaseEpoch = in.getLong();
            long renewal = in.getLong();
            long ttl = in.getLong();
            byte[] owner = new byte[in.getInt()];
            in.get(owner);
            LeaseRecord lease = new LeaseRecord(leaseEpoch, new String(owner, StandardCharsets.UTF_8), renewal, ttl);
            long revision = in.getLong();
            long epoch = in.getLong();
            List<End> ends = new ArrayList<>();
            for (int n = in.getInt(); n > 0; n--) {
                ends.add(new End(in.getLong(), in.getLong()));
            }
            return new Head(lease, revision, epoch, ends, new Contents(in.getLong(), in.getLong()));
        } catch (BufferUnderflowException e) {
            throw new DamagedException("the record of a partition is too short", e);
        }
    }
}

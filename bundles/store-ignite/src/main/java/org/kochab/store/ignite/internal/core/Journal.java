package org.kochab.store.ignite.internal.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.StorePut;

/**
 * A partition's newest batch, whole, with the revision it leads to. It is stored in front of the batch's entries: if a crash tears them
 * apart, what is missing is written again from here, and what was never recorded here has no entry either.
 *
 * @param revision of the newest batch, 0 before the first
 * @param epoch in which it was written
 * @param ends the last revision of each of the newest former epochs, oldest first
 */
public record Journal(long revision, long epoch, List<End> ends, List<StorePut> puts, List<byte[]> deletes) {
    /** How many former epochs can still be asked whether they wrote a batch. */
    public static final int ENDS = 16;

    private static final byte FORMAT = 1;

    /** Before the first commit. */
    public static final Journal EMPTY = new Journal(0, 0, List.of(), List.of(), List.of());

    /** The last revision written in an epoch. */
    public record End(long epoch, long revision) {}

    public Journal {
        ends = List.copyOf(ends);
        puts = List.copyOf(puts);
        deletes = List.copyOf(deletes);
    }

    public Journal next(CommitBatch batch) {
        List<End> nextEnds = ends;
        if (epoch != batch.epoch() && revision > 0) {
            nextEnds = new ArrayList<>(ends.subList(Math.max(0, ends.size() - ENDS + 1), ends.size()));
            nextEnds.add(new End(epoch, revision));
        }
        return new Journal(batch.revision(), batch.epoch(), nextEnds, batch.puts(), batch.deletes());
    }

    /** Whether this very batch is in the store. */
    public Written written(CommitBatch batch) {
        if (batch.epoch() == epoch) {
            return batch.revision() <= revision ? Written.YES : Written.NO;
        }
        for (End end : ends) {
            if (end.epoch() == batch.epoch()) {
                return batch.revision() <= end.revision() ? Written.YES : Written.NO;
            }
        }
        boolean forgotten = ends.size() == ENDS && batch.epoch() < ends.get(0).epoch();
        return forgotten ? Written.FORGOTTEN : Written.NO;
    }

    /** Answer of {@link #written}. */
    public enum Written {
        YES,
        NO,
        FORGOTTEN
    }

    public static long bytes(CommitBatch batch) {
        long bytes = 0;
        for (StorePut put : batch.puts()) {
            bytes += put.key().length + put.value().length;
        }
        for (byte[] key : batch.deletes()) {
            bytes += key.length;
        }
        return bytes;
    }

    public byte[] encode() {
        int size = 1 + 2 * Long.BYTES + 1 + ends.size() * 2 * Long.BYTES + 2 * Integer.BYTES;
        for (StorePut put : puts) {
            size += 2 * Integer.BYTES + put.key().length + put.value().length;
        }
        for (byte[] key : deletes) {
            size += Integer.BYTES + key.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put(FORMAT).putLong(revision).putLong(epoch).put((byte) ends.size());
        for (End end : ends) {
            out.putLong(end.epoch()).putLong(end.revision());
        }
        out.putInt(puts.size());
        for (StorePut put : puts) {
            out.putInt(put.key().length).put(put.key());
            out.putInt(put.value().length).put(put.value());
        }
        out.putInt(deletes.size());
        for (byte[] key : deletes) {
            out.putInt(key.length).put(key);
        }
        return out.array();
    }

    public static Journal decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Journal head = head(in);
        List<StorePut> puts = new ArrayList<>();
        for (int n = in.getInt(); n > 0; n--) {
            puts.add(new StorePut(array(in), array(in)));
        }
        List<byte[]> deletes = new ArrayList<>();
        for (int n = in.getInt(); n > 0; n--) {
            deletes.add(array(in));
        }
        return new Journal(head.revision, head.epoch, head.ends, puts, deletes);
    }

    /** Without the batch: all that is needed to judge the next one. */
    public static Journal decodeHead(byte[] bytes) {
        return head(ByteBuffer.wrap(bytes));
    }

    private static Journal head(ByteBuffer in) {
        Formats.expect("journal", FORMAT, in.get());
        long revision = in.getLong();
        long epoch = in.getLong();
        List<End> ends = new ArrayList<>();
        for (int n = in.get(); n > 0; n--) {
            ends.add(new End(in.getLong(), in.getLong()));
        }
        return new Journal(revision, epoch, ends, List.of(), List.of());
    }

    private static byte[] array(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}

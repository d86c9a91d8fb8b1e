package org.kochab.store.mvstore.internal.core;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.kochab.spi.store.StoreException;

/**
 * What the file says of itself, written anew with each group of writes.
 *
 * @param sequence grows by one with each group
 * @param heads of the table of heads, without this record
 */
public record Root(long sequence, Contents heads) {
    /** Of everything in the file. */
    public static final int FORMAT = 1;

    /** Of a file without partitions. */
    public static final Root FIRST = new Root(1, Contents.NONE);

    public Root next(Contents nextHeads) {
        return new Root(sequence + 1, nextHeads);
    }

    public byte[] encode() {
        return ByteBuffer.allocate(Integer.BYTES + 3 * Long.BYTES)
                .putInt(FORMAT)
                .putLong(sequence)
                .putLong(heads.entries())
                .putLong(heads.digest())
                .array();
    }

    /** @throws StoreException if a newer version of Kochab wrote it */
    public static Root decode(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            int format = in.getInt();
            if (format > FORMAT) {
                throw new StoreException("the file has format " + format + ", this version reads format " + FORMAT
                        + ": run the version of Kochab that wrote it, or a newer one");
            }
            return new Root(in.getLong(), new Contents(in.getLong(), in.getLong()));
        } catch (BufferUnderflowException e) {
            throw new DamagedException("the first record of the file is too short", e);
        }
    }
}

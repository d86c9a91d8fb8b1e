package org.kochab.partition.internal.core.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kochab.api.partition.Entry;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StorePut;

/**
 * How an entry lies in a store: the key in UTF-8; the value with a header of 17 bytes: format (1), create revision and revision
 * (8 each, big-endian).
 */
public final class StoredValue {
    private static final byte FORMAT = 1;
    static final int HEADER = 1 + 8 + 8;

    private StoredValue() {}

    public static StorePut encode(Entry entry) {
        byte[] value = entry.value();
        byte[] stored = ByteBuffer.allocate(HEADER + value.length)
                .put(FORMAT)
                .putLong(entry.createRevision())
                .putLong(entry.revision())
                .put(value)
                .array();
        return new StorePut(key(entry.key()), stored);
    }

    static byte[] key(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether this is how the entry lies in a store; copies nothing, for whoever compares all of a partition. */
    static boolean isStored(Entry entry, byte[] stored) {
        ByteBuffer header = ByteBuffer.wrap(stored);
        byte[] value = entry.value();
        return stored.length == HEADER + value.length
                && header.get() == FORMAT
                && header.getLong() == entry.createRevision()
                && header.getLong() == entry.revision()
                && Arrays.equals(stored, HEADER, stored.length, value, 0, value.length);
    }

    public static Entry decode(StorePut put) {
        String key = new String(put.key(), StandardCharsets.UTF_8);
        ByteBuffer stored = ByteBuffer.wrap(put.value());
        byte format = stored.hasRemaining() ? stored.get() : 0;
        if (format != FORMAT) {
            throw new StoreException("key '" + key + "' has a value of format " + format
                    + ", this version reads format " + FORMAT
                    + ": run the version of Kochab that wrote it, or a newer one");
        }
        if (stored.remaining() < HEADER - 1) {
            throw new StoreException("key '" + key + "' has a value of " + put.value().length
                    + " bytes, which is less than its header: it is damaged; restore a backup");
        }
        long createRevision = stored.getLong();
        long revision = stored.getLong();
        byte[] value = new byte[stored.remaining()];
        stored.get(value);
        return new Entry(key, value, createRevision, revision);
    }
}

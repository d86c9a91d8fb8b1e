package org.kochab.store.ignite.internal.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Layout of keys: one byte with the length of the partition's name, the name in UTF-8, then what it is. All keys of a partition
 * therefore begin alike, which is what places them together and lets a scan tell them from those of other partitions.
 */
public final class Keys {
    private static final int MAX_NAME = 255;

    private Keys() {}

    /** The common beginning of a partition's keys; alone it is the key of what is kept once a partition. */
    public static byte[] prefix(String partition) {
        byte[] name = partition.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length > MAX_NAME) {
            throw new IllegalArgumentException(
                    "partition name of " + name.length + " bytes: use 1 to " + MAX_NAME + " bytes");
        }
        byte[] prefix = new byte[name.length + 1];
        prefix[0] = (byte) name.length;
        System.arraycopy(name, 0, prefix, 1, name.length);
        return prefix;
    }

    public static byte[] entry(byte[] prefix, byte[] key) {
        byte[] whole = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, whole, prefix.length, key.length);
        return whole;
    }

    public static boolean belongs(byte[] whole, byte[] prefix) {
        return whole.length >= prefix.length && Arrays.equals(whole, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Of the slot of a batch. */
    public static byte[] slot(byte[] prefix, long batch) {
        return ByteBuffer.wrap(Arrays.copyOf(prefix, prefix.length + 1 + Short.BYTES))
                .position(prefix.length)
                .put((byte) 'S')
                .putShort((short) (batch % Head.SLOTS))
                .array();
    }

    /** Of a block of a segment. */
    public static byte[] block(byte[] prefix, long segment, int block) {
        return ByteBuffer.wrap(Arrays.copyOf(prefix, prefix.length + 1 + Long.BYTES + Integer.BYTES))
                .position(prefix.length)
                .put((byte) 'B')
                .putLong(segment)
                .putInt(block)
                .array();
    }

    public static String partition(byte[] whole) {
        return new String(whole, 1, whole[0] & 0xff, StandardCharsets.UTF_8);
    }

    /** Equal for all keys of a partition, on every JVM. */
    public static int hash(byte[] whole) {
        int h = 1;
        for (int i = 0; i <= (whole[0] & 0xff); i++) {
            h = 31 * h + whole[i];
        }
        // spread: names differ mostly in their last character
        h ^= h >>> 16;
        h *= 0x7feb352d;
        h ^= h >>> 15;
        h *= 0x846ca68b;
        return h ^ (h >>> 16);
    }
}

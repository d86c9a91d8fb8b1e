package org.kochab.store.mvstore.internal.core;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * How a value is stored: a checksum of the key and the value, then the value. MVStore has checksums of the beginnings and ends of what it writes, not
 * of what is in between.
 */
public final class Sealed {
    private static final int SEAL = Integer.BYTES;

    /** 2^64 divided by the golden ratio: spreads the bits of a checksum, so that sums of them seldom agree by chance. */
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private Sealed() {}

    public static byte[] seal(byte[] key, byte[] value) {
        ByteBuffer stored =
                ByteBuffer.allocate(SEAL + value.length).position(SEAL).put(value);
        return stored.putInt(0, checksum(key, stored.array())).array();
    }

    /**
     * The value.
     *
     * @throws DamagedException if it is not what was sealed under this key
     */
    public static byte[] unseal(byte[] key, byte[] stored) {
        if (stored.length < SEAL || checksum(key, stored) != sealOf(stored)) {
            throw new DamagedException("the checksum of a stored value is wrong");
        }
        return Arrays.copyOfRange(stored, SEAL, stored.length);
    }

    /** What the entry adds to the digest of a table, see {@link Contents}. */
    static long weight(byte[] stored) {
        if (stored.length < SEAL) {
            throw new DamagedException("a stored value is too short");
        }
        long seal = (sealOf(stored) & 0xffffffffL) + 1;
        return (seal ^ seal << 32) * SPREAD;
    }

    private static int sealOf(byte[] stored) {
        return ByteBuffer.wrap(stored).getInt();
    }

    private static int checksum(byte[] key, byte[] stored) {
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, key.length));
        sum.update(key);
        sum.update(stored, SEAL, stored.length - SEAL);
        return (int) sum.getValue();
    }
}

package org.kochab.difference;

/**
 * What differs from a base. How it is written, all numbers LEB128: the value's length; then, until the value is whole, a number of bytes that follow,
 * these bytes, where in the base to go on (relative to where the last copy ended, zigzag), and how many bytes to copy from there. The last
 * copy may be missing.
 */
public final class Difference {
    private Difference() {}

    /** The value, as a new array. */
    public static byte[] apply(byte[] base, byte[] difference) {
        Reading in = new Reading(difference);
        byte[] value = new byte[in.number()];
        int at = 0;
        int from = 0;
        while (at < value.length) {
            at += in.bytes(value, at);
            if (at < value.length) {
                int way = in.number();
                from += (way >>> 1) ^ -(way & 1);
                int length = in.number();
                System.arraycopy(base, from, value, at, length);
                from += length;
                at += length;
            }
        }
        return value;
    }

    private static final class Reading {
        private final byte[] bytes;
        private int at;

        Reading(byte[] bytes) {
            this.bytes = bytes;
        }

        int number() {
            int number = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = bytes[at++];
                number |= (b & 0x7f) << shift;
                if (b >= 0) {
                    return number;
                }
            }
        }

        /** Copies the bytes that stand here, and says how many. */
        int bytes(byte[] to, int where) {
            int length = number();
            System.arraycopy(bytes, at, to, where, length);
            at += length;
            return length;
        }
    }
}

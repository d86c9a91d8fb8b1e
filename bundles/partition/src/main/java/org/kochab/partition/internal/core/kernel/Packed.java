package org.kochab.partition.internal.core.kernel;

import org.kochab.api.partition.Entry;

/**
 * An entry that lies in memory as what differs from another value, its base. How it is written, all numbers LEB128: the value's length; then, until
 * the value is whole, a number of bytes that follow, these bytes, where in the base to go on (relative to where the last copy ended, zigzag), and how
 * many bytes to copy from there. The last copy may be missing.
 */
final class Packed {
    final String key;
    final long revision;
    private final long createRevision;
    private final byte[] base;
    private final byte[] difference;

    Packed(Entry entry, byte[] base, byte[] difference) {
        this.key = entry.key();
        this.createRevision = entry.createRevision();
        this.revision = entry.revision();
        this.base = base;
        this.difference = difference;
    }

    /** The entry as it was; its value is a new array each time. */
    Entry entry() {
        return new Entry(key, value(), createRevision, revision);
    }

    /** How many bytes are its own. */
    int ownBytes() {
        return difference.length;
    }

    private byte[] value() {
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

package org.kochab.difference;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A value that others are compared with, and where in it what is. Immutable; the array is shared and must not be changed. */
public final class Base {
    /** Positions are 16 bits wide. */
    public static final int LARGEST = 65_535;

    /** Shorter matches cost as much as they save. */
    private static final int MATCH = 8;

    /** A match is found at most so late; what stands without one before is written as it is. */
    private static final int LATE = 64;

    /** Every fourth position can be found. */
    private static final int STRIDE = 4;

    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    /** By hash of {@link #MATCH} bytes: the last position they stand at, plus one. */
    private final char[] positions;

    /** @param bytes at most {@link #LARGEST} */
    public Base(byte[] bytes) {
        this.bytes = bytes;
        this.positions = new char[Integer.highestOneBit(bytes.length / STRIDE) * 2];
        for (int i = 0; i + MATCH <= bytes.length; i += STRIDE) {
            positions[place(bytes, i)] = (char) (i + 1);
        }
    }

    public byte[] bytes() {
        return bytes;
    }

    private int place(byte[] of, int at) {
        return (int) ((long) EIGHT.get(of, at) * SPREAD >>> 40) & positions.length - 1;
    }

    /** What differs, as {@link Difference} reads it; null if it is not shorter than {@code limit}. */
    public byte @Nullable [] difference(byte[] value, Writing out, int limit) {
        out.begin(value.length);
        int expected = 0;
        int written = 0;
        int at = 0;
        while (at < value.length) {
            int from = expected + at - written;
            int length = matching(value, at, from);
            if (length < MATCH && at + MATCH <= value.length) {
                from = positions[place(value, at)] - 1;
                length = matching(value, at, from);
            }
            if (length < MATCH) {
                at++;
                if (out.length + at - written >= limit + LATE) {
                    return null;
                }
                continue;
            }
            while (at > written && from > 0 && value[at - 1] == bytes[from - 1]) {
                at--;
                from--;
                length++;
            }
            out.bytes(value, written, at);
            int way = from - expected;
            out.number(way << 1 ^ way >> 31);
            out.number(length);
            at += length;
            written = at;
            expected = from + length;
            if (out.length + at - written >= limit) {
                return null;
            }
        }
        if (written < value.length) {
            out.bytes(value, written, value.length);
        }
        return out.length < limit ? out.done() : null;
    }

    private int matching(byte[] value, int at, int from) {
        if (from < 0 || from >= bytes.length || value[at] != bytes[from]) {
            return 0;
        }
        int most = Math.min(value.length - at, bytes.length - from);
        int differs = Arrays.mismatch(value, at, at + most, bytes, from, from + most);
        return differs < 0 ? most : differs;
    }
}

package org.kochab.partition.internal.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a message. Numbers are big-endian or, where small ones are usual, seven bits a byte. */
public final class WireOut {
    /** The first byte of every message. Another number is another protocol: it is refused, not guessed. */
    public static final byte VERSION = 1;

    private byte[] bytes;
    private int length;

    /** A message that begins with the version. */
    public WireOut() {
        this(256);
    }

    public WireOut(int expected) {
        bytes = new byte[expected + 1];
        u8(VERSION);
    }

    private void room(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    public WireOut u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    public WireOut bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    public WireOut i64(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Writes a number over one that was written at this place. */
    public WireOut set(int place, long value) {
        int end = length;
        length = place;
        i64(value);
        length = end;
        return this;
    }

    /** A number that is not negative. */
    public WireOut count(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("count " + value);
        }
        int left = value;
        while (left > 0x7f) {
            u8(left & 0x7f | 0x80);
            left >>>= 7;
        }
        return u8(left);
    }

    public WireOut blob(byte[] value) {
        count(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    public WireOut text(String value) {
        return blob(value.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return length;
    }

    /** Forgets everything after the first so many bytes. */
    public void cutTo(int shorter) {
        length = shorter;
    }

    public byte[] done() {
        return Arrays.copyOf(bytes, length);
    }
}

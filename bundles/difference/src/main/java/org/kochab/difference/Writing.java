package org.kochab.difference;

import java.util.Arrays;

/** Where a difference is written, again and again. Not thread-safe. */
public final class Writing {
    private byte[] bytes = new byte[256];
    int length;

    void begin(int total) {
        length = 0;
        number(total);
    }

    void number(int number) {
        room(5);
        int rest = number;
        while ((rest & ~0x7f) != 0) {
            bytes[length++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    void bytes(byte[] from, int start, int end) {
        number(end - start);
        room(end - start);
        System.arraycopy(from, start, bytes, length, end - start);
        length += end - start;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    byte[] done() {
        return Arrays.copyOf(bytes, length);
    }
}

package org.kochab.partition.internal.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a message; whatever is wrong with it is a {@link WireException}, never anything else. */
public final class WireIn {
    private final byte[] bytes;
    private int at;

    /** @throws WireException if it is of another version */
    public WireIn(byte[] bytes) {
        this.bytes = bytes;
        int version = u8();
        if (version != WireOut.VERSION) {
            throw new WireException("it speaks version " + version + ", this member " + WireOut.VERSION
                    + ": members must have releases that follow each other");
        }
    }

    private void need(int more) {
        if (more > bytes.length - at) {
            throw new WireException("it ends in the middle of a field at byte " + at);
        }
    }

    public int u8() {
        need(1);
        return bytes[at++] & 0xff;
    }

    public boolean bool() {
        return u8() != 0;
    }

    public long i64() {
        need(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at++] & 0xff;
        }
        return value;
    }

    public int count() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = u8();
            value |= (next & 0x7f) << shift;
            if (next <= 0x7f) {
                if (value < 0) {
                    break;
                }
                return value;
            }
        }
        throw new WireException("a count is out of range at byte " + at);
    }

    /** As {@link #count}, of things that take at least a byte each: a list of them can be made without a fear for the heap. */
    public int items() {
        int count = count();
        need(count);
        return count;
    }

    public byte[] blob() {
        int length = count();
        need(length);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    public String text() {
        return new String(blob(), StandardCharsets.UTF_8);
    }

    public boolean hasMore() {
        return at < bytes.length;
    }

    /** Nothing may follow. */
    public void end() {
        if (at != bytes.length) {
            throw new WireException((bytes.length - at) + " bytes follow its end");
        }
    }
}

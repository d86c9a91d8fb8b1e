package org.kochab.partition.internal.core.tenant;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kochab.api.partition.Entry;

/**
 * What callers see as {@code resourceVersion}. In a tenant's first partition it is the revision. Each move begins a new era of the tenant: from
 * then on versions are {@code ERA * era + revision}, greater than all before and equal to none. A moved object keeps the version it had, for it was
 * not changed. Both are written before the object's JSON: a zero byte, which no JSON begins with, what it is, and a number.
 */
public final class Versions {
    private static final long ERA = 100_000_000_000_000L;
    private static final int HEAD = 10;
    private static final byte IN_ERA = 1;
    private static final byte KEPT = 2;

    private Versions() {}

    public static long of(long era, long revision) {
        return Math.addExact(Math.multiplyExact(ERA, era), revision);
    }

    public static long era(long version) {
        return version / ERA;
    }

    public static long revision(long version) {
        return version % ERA;
    }

    static long of(byte[] value, long revision) {
        if (!isMarked(value)) {
            return revision;
        }
        long number = ByteBuffer.wrap(value).getLong(2);
        return value[1] == KEPT ? number : of(number, revision);
    }

    private static boolean isMarked(byte[] value) {
        return value.length >= HEAD && value[0] == 0;
    }

    /** An object's JSON. */
    public static byte[] json(byte[] value) {
        return isMarked(value) ? Arrays.copyOfRange(value, HEAD, value.length) : value;
    }

    /** What is stored of an object that is changed in this era. */
    public static byte[] inEra(long era, byte[] json) {
        return era == 0 ? json : marked(IN_ERA, era, json);
    }

    /** What another partition stores of this entry. */
    public static byte[] moved(Entry entry) {
        byte[] value = entry.value();
        if (value.length == 0) {
            return value;
        }
        return isMarked(value) && value[1] == KEPT ? value : marked(KEPT, of(value, entry.revision()), json(value));
    }

    private static byte[] marked(byte what, long number, byte[] json) {
        return ByteBuffer.allocate(HEAD + json.length)
                .put((byte) 0)
                .put(what)
                .putLong(number)
                .put(json)
                .array();
    }
}

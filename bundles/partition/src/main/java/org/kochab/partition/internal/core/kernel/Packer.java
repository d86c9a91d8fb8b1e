package org.kochab.partition.internal.core.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;

/**
 * Keeps a value as what differs from one that resembles it, as pods of one template and their claims do. It knows nothing of what the values mean.
 *
 * <p>Which value resembles another is told by features: of the hashes of stretches of 32 bytes, the greatest under each of three orders.
 * Values that have much in common have one of them in common most likely (Broder, On the resemblance and containment of documents, 1997; Shilane
 * et al., WAN optimized replication of backup datasets using stream-informed delta compression, 2012). A value that resembles none becomes a base
 * for later ones. A base is a plain array that what was packed refers to: when nobody does, it is gone. At most {@link #MOST_FEATURES} features are
 * remembered, those used last.
 *
 * <p>Not thread-safe.
 */
final class Packer {
    /** Where no difference is worth an object of its own. */
    static final int SMALLEST = 200;

    /** Positions in a base are 16 bits wide. */
    static final int LARGEST = 65_535;

    static final int MOST_FEATURES = 8_192;

    /** Shorter matches cost as much as they save. */
    private static final int MATCH = 8;

    /** Of the stretches, one of four is looked at, chosen by what is in it. */
    private static final int ONE_OF_BITS = 2;

    /** Of a base, every fourth position can be found. */
    private static final int STRIDE = 4;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int[] GEAR = gear();
    private static final long[] ORDERS = {0x9E3779B97F4A7C15L, 0xC2B2AE3D27D4EB4FL, 0xD6E8FEB86659FD93L};

    private final Map<Long, Base> bases = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Base> eldest) {
            return size() > MOST_FEATURES;
        }
    };
    private @Nullable Base latest;
    private final Writing out = new Writing();
    private final long[] features = new long[ORDERS.length];

    /** The entry, or what is to be kept in its place. */
    Object pack(Entry entry) {
        byte[] value = entry.value();
        if (value.length < SMALLEST || value.length > LARGEST) {
            return entry;
        }
        // Equals come one after the other, from a controller as from the store.
        if (latest != null && latest.fits(value)) {
            byte[] little = latest.difference(value, out, value.length / 4);
            if (little != null) {
                return new Packed(entry, latest.bytes, little);
            }
        }
        findFeatures(value);
        Base best = null;
        byte[] least = null;
        Base tried = null;
        for (long feature : features) {
            Base base = bases.get(feature);
            if (base != null && base != tried && base.fits(value)) {
                tried = base;
                byte[] difference = base.difference(value, out, least == null ? value.length / 2 : least.length);
                if (difference != null) {
                    best = base;
                    least = difference;
                }
            }
        }
        if (best != null && least != null) {
            latest = best;
            return new Packed(entry, best.bytes, least);
        }
        Base fresh = new Base(value);
        for (long feature : features) {
            bases.put(feature, fresh);
        }
        latest = fresh;
        return entry;
    }

    /** How many features are remembered. */
    int features() {
        return bases.size();
    }

    private void findFeatures(byte[] value) {
        Arrays.fill(features, 0);
        int hash = 0;
        for (int i = 0; i < value.length; i++) {
            hash = (hash << 1) + GEAR[value[i] & 0xff];
            if (hash >>> Integer.SIZE - ONE_OF_BITS == 0 && i >= Integer.SIZE - 1) {
                for (int o = 0; o < ORDERS.length; o++) {
                    long ordered = hash * ORDERS[o];
                    if (Long.compareUnsigned(ordered, features[o]) > 0) {
                        features[o] = ordered;
                    }
                }
            }
        }
    }

    /** A random number for each byte, the same at all times. */
    private static int[] gear() {
        return new SplittableRandom(1).ints(256).toArray();
    }

    /** A value that others are compared with, and where in it what is. */
    private static final class Base {
        final byte[] bytes;
        /** By hash of {@link #MATCH} bytes: the last position they stand at, plus one. */
        private final char[] positions;

        Base(byte[] bytes) {
            this.bytes = bytes;
            this.positions = new char[Integer.highestOneBit(bytes.length / STRIDE) * 2];
            for (int i = 0; i + MATCH <= bytes.length; i += STRIDE) {
                positions[place(bytes, i)] = (char) (i + 1);
            }
        }

        /** Whether it may be kept for this value's sake: small values could otherwise hold any number of large ones. */
        boolean fits(byte[] value) {
            return bytes.length <= 2 * value.length;
        }

        private int place(byte[] of, int at) {
            return (int) ((long) EIGHT.get(of, at) * ORDERS[0] >>> 40) & positions.length - 1;
        }

        /** What differs, as {@link Packed} reads it; null if it is not shorter than {@code limit}. */
        byte @Nullable [] difference(byte[] value, Writing out, int limit) {
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

    private static final class Writing {
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
}

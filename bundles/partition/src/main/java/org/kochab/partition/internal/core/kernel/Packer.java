package org.kochab.partition.internal.core.kernel;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;
import org.kochab.difference.Base;
import org.kochab.difference.Writing;

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

    static final int LARGEST = Base.LARGEST;

    static final int MOST_FEATURES = 8_192;

    /** Of the stretches, one of four is looked at, chosen by what is in it. */
    private static final int ONE_OF_BITS = 2;

    /** After so many values in a row that are like none, only one of so many is looked at: what is random or compressed costs a leader that begins most of its time. */
    private static final int UNLIKE = 64;

    private static final int ONE_OF_UNLIKE = 8;

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
    private long unlike;

    /** The entry, or what is to be kept in its place. */
    Object pack(Entry entry) {
        byte[] value = entry.value();
        if (value.length < SMALLEST || value.length > LARGEST) {
            return entry;
        }
        if (unlike++ >= UNLIKE && unlike % ONE_OF_UNLIKE != 0) {
            return entry;
        }
        // Equals come one after the other, from a controller as from the store.
        if (latest != null && fits(latest, value)) {
            byte[] little = latest.difference(value, out, value.length / 4);
            if (little != null) {
                unlike = 0;
                return new Packed(entry, latest.bytes(), little);
            }
        }
        findFeatures(value);
        Base best = null;
        byte[] least = null;
        Base tried = null;
        for (long feature : features) {
            Base base = bases.get(feature);
            if (base != null && base != tried && fits(base, value)) {
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
            unlike = 0;
            return new Packed(entry, best.bytes(), least);
        }
        Base fresh = new Base(value);
        for (long feature : features) {
            bases.put(feature, fresh);
        }
        latest = fresh;
        return entry;
    }

    /** Whether a base may be kept for this value's sake: small values could otherwise hold any number of large ones. */
    private static boolean fits(Base base, byte[] value) {
        return base.bytes().length <= 2 * value.length;
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
}

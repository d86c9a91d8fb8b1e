package org.kochab.partition.internal.core.tenant;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.partition.Entry;

/**
 * Decodes stored objects and remembers the latest, and for a while the one before each: a change has many watchers. The memory is a fixed number of
 * places in sets of four, a key's set given by its hash: no locks, no bookkeeping, never more than that many objects. Two threads that remember at
 * once may make each other's object forgotten, nothing else. An object is found again only for the same revision and bytes, so it can never be stale.
 */
public final class Decoded {
    /** Places of a set. With one place a key, lists of pods that fill a seventh of the memory spent two thirds of their time decoding again. */
    private static final int SET = 4;

    private record Place(String key, byte[] bytes, long revision, Resource object) {}

    private final Codec codec;
    private final AtomicReferenceArray<@Nullable Place> places;
    private final int mask;

    /** @param places how many objects to remember: a power of two, at least 4 */
    public Decoded(Codec codec, int places) {
        if (places < SET || Integer.bitCount(places) != 1) {
            throw new IllegalArgumentException("places is " + places + "; use a power of two, at least " + SET);
        }
        this.codec = codec;
        this.places = new AtomicReferenceArray<>(places);
        this.mask = places / SET - 1;
    }

    public Codec codec() {
        return codec;
    }

    /** The object with its {@code resourceVersion}. */
    public Resource decode(Entry entry, Kind kind) {
        int set = set(entry.key());
        Resource known = find(set, entry);
        if (known != null) {
            return known;
        }
        Place place = place(entry, kind);
        remember(set, place);
        return place.object;
    }

    /** As {@link #decode}, for a version that is no longer the latest: it takes the place that is given up next. */
    public Resource former(Entry entry, Kind kind) {
        int set = set(entry.key());
        Resource known = find(set, entry);
        if (known != null) {
            return known;
        }
        Place place = place(entry, kind);
        places.set(set + SET - 1, place);
        return place.object;
    }

    private @Nullable Resource find(int set, Entry entry) {
        for (int i = set; i < set + SET; i++) {
            Place place = places.get(i);
            if (place != null
                    && place.revision == entry.revision()
                    && (place.bytes == entry.value() || Arrays.equals(place.bytes, entry.value()))) {
                return place.object;
            }
        }
        return null;
    }

    private Place place(Entry entry, Kind kind) {
        Resource plain = codec.decode(Versions.json(entry.value()), kind);
        Resource object =
                plain.withMetadata(plain.metadata().withResourceVersion(version(entry.value(), entry.revision())));
        return new Place(entry.key(), entry.value(), entry.revision(), object);
    }

    /** Puts the newest first, the others one further; one of them is given up. */
    private void remember(int set, Place newest) {
        Place moved = newest;
        int end = given(set, newest.key);
        for (int i = set; i <= end; i++) {
            moved = places.getAndSet(i, moved);
        }
    }

    /** Which place is given up: an empty one, else one of a key that has a newer one, but for the former of this very key, else the last. */
    private int given(int set, String key) {
        int superseded = -1;
        boolean formerKept = false;
        for (int i = set; i < set + SET; i++) {
            Place place = places.get(i);
            if (place == null) {
                return i;
            }
            if (place.key.equals(key)) {
                superseded = formerKept ? i : superseded;
                formerKept = true;
            } else if (isSuperseded(set, i, place.key)) {
                superseded = i;
            }
        }
        return superseded < 0 ? set + SET - 1 : superseded;
    }

    private boolean isSuperseded(int set, int at, String key) {
        for (int i = set; i < at; i++) {
            Place place = places.get(i);
            if (place != null && place.key.equals(key)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What is to be stored: everything but the {@code resourceVersion}, which comes with the commit.
     *
     * @param era the tenant's where it is stored; 0 for the platform's own objects
     */
    public byte[] encode(Resource object, long era) {
        return Versions.inEra(
                era, codec.encode(object.withMetadata(object.metadata().withResourceVersion(null))));
    }

    /** The {@code resourceVersion} of an entry. */
    public static String version(Entry entry) {
        return version(entry.value(), entry.revision());
    }

    private static String version(byte[] value, long revision) {
        return Long.toString(Versions.of(value, revision));
    }

    /**
     * Remembers what was just stored, so that nobody needs to decode it.
     *
     * @return the object with its new {@code resourceVersion}
     */
    public Resource stored(String key, byte[] bytes, long revision, Resource object) {
        Resource versioned = object.withMetadata(object.metadata().withResourceVersion(version(bytes, revision)));
        remember(set(key), new Place(key, bytes, revision, versioned));
        return versioned;
    }

    /** The first place of a key's set. */
    private int set(String key) {
        int h = key.hashCode();
        return ((h ^ (h >>> 16)) & mask) * SET;
    }
}

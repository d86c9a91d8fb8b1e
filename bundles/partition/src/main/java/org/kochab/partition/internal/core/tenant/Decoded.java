package org.kochab.partition.internal.core.tenant;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.partition.Entry;

/**
 * Decodes stored objects and remembers the latest. The memory is a fixed number of places, each for whichever object came last: no locks, no
 * bookkeeping, never more than that many objects. An object is found again only for the very same stored bytes, so it can never be stale.
 */
public final class Decoded {
    private record Place(byte[] bytes, long revision, Resource object) {}

    private final Codec codec;
    private final AtomicReferenceArray<@Nullable Place> places;
    private final int mask;

    /** @param places how many objects to remember: a power of two */
    public Decoded(Codec codec, int places) {
        if (Integer.bitCount(places) != 1) {
            throw new IllegalArgumentException("places is " + places + "; use a power of two");
        }
        this.codec = codec;
        this.places = new AtomicReferenceArray<>(places);
        this.mask = places - 1;
    }

    public Codec codec() {
        return codec;
    }

    /** The object with its {@code resourceVersion}. */
    public Resource decode(Entry entry, Kind kind) {
        int index = index(entry.key());
        Place place = places.get(index);
        if (place != null && place.bytes == entry.value() && place.revision == entry.revision()) {
            return place.object;
        }
        Resource plain = codec.decode(Versions.json(entry.value()), kind);
        Resource object =
                plain.withMetadata(plain.metadata().withResourceVersion(version(entry.value(), entry.revision())));
        places.set(index, new Place(entry.value(), entry.revision(), object));
        return object;
    }

    /** As {@link #decode}, for a version that is no longer the latest: it is not remembered. */
    public Resource former(Entry entry, Kind kind) {
        Place place = places.get(index(entry.key()));
        if (place != null && place.bytes == entry.value() && place.revision == entry.revision()) {
            return place.object;
        }
        Resource plain = codec.decode(Versions.json(entry.value()), kind);
        return plain.withMetadata(plain.metadata().withResourceVersion(version(entry.value(), entry.revision())));
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
        places.set(index(key), new Place(bytes, revision, versioned));
        return versioned;
    }

    private int index(String key) {
        int h = key.hashCode();
        return (h ^ (h >>> 16)) & mask;
    }
}

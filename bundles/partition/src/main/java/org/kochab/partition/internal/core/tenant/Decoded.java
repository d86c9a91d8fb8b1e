package org.kochab.partition.internal.core.tenant;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.partition.Entry;

/**
 * Decodes stored objects and remembers the latest, and for a while the one before each: a change has many watchers. The memory is a fixed number of
 * places in sets of four, a key's set given by its hash: no locks, no bookkeeping, never more than that many objects. Two threads that remember at
 * once may make each other's object forgotten, nothing else. An object is found again only for the same revision and bytes, so it can never be stale.
 *
 * <p>What nobody asked for in the last five to ten minutes is forgotten: there are two generations of places, and every five minutes the older one goes.
 */
public final class Decoded {
    /** Places of a set. With one place a key, lists of pods that fill a seventh of the memory spent two thirds of their time decoding again. */
    private static final int SET = 4;

    private static final long GENERATION_NANOS = 300_000_000_000L;

    /** The revision of what is yet to be stored. */
    private static final long COMING = -1;

    private record Place(String key, byte[] bytes, long revision, Resource object) {}

    /** @param since when the younger places came, on the caller's monotonic clock */
    private record Generations(
            AtomicReferenceArray<@Nullable Place> young, AtomicReferenceArray<@Nullable Place> old, long since) {}

    /** Qureshi's is 32; what is listed every few seconds should not need minutes. */
    private static final int LISTED_SHARE = 8;

    private final Codec codec;
    private final LongSupplier nanos;
    private final Keeping ofList = this::rememberListed;
    /** Objects of lists that found no free place. */
    private final AtomicInteger unkept = new AtomicInteger();

    private final int places;
    private final int mask;
    private volatile Generations generations;

    /**
     * @param places how many objects to remember: a power of two, at least 4
     * @param nanos a monotonic clock
     */
    public Decoded(Codec codec, int places, LongSupplier nanos) {
        if (places < SET || Integer.bitCount(places) != 1) {
            throw new IllegalArgumentException("places is " + places + "; use a power of two, at least " + SET);
        }
        this.codec = codec;
        this.nanos = nanos;
        this.places = places;
        this.mask = places / SET - 1;
        this.generations =
                new Generations(new AtomicReferenceArray<>(places), new AtomicReferenceArray<>(0), nanos.getAsLong());
    }

    public Codec codec() {
        return codec;
    }

    /** How an object that is not among the younger places gets there. */
    private interface Keeping {
        void keep(AtomicReferenceArray<@Nullable Place> places, int set, Place decoded);
    }

    /** The object with its {@code resourceVersion}. */
    public Resource decode(Entry entry, Kind kind) {
        return decode(entry, kind, Decoded::remember);
    }

    /**
     * As {@link #decode}, for one of a list: it takes a place that is free, and another's only once in {@value #LISTED_SHARE} times. Lists of more than fits would
     * else make one another forgotten, again and again, and what is remembered for seconds only costs the collector most; while what is listed often is remembered
     * after a few times. This is bimodal insertion of Qureshi et al., Adaptive Insertion Policies for High Performance Caching, ISCA 2007.
     */
    public Resource listed(Entry entry, Kind kind) {
        return decode(entry, kind, ofList);
    }

    /** As {@link #decode}, for a version that is no longer the latest: it takes the place that is given up next. */
    public Resource former(Entry entry, Kind kind) {
        return decode(entry, kind, (places, set, decoded) -> places.set(set + SET - 1, decoded));
    }

    private Resource decode(Entry entry, Kind kind, Keeping keeping) {
        int set = set(entry.key());
        Generations now = generations();
        Place known = find(now.young, set, entry.value(), entry.revision());
        if (known == null) {
            known = older(now, set, entry, kind);
            keeping.keep(now.young, set, known);
        }
        return in(kind, known.object);
    }

    /** In the version that is asked for. */
    private static Resource in(Kind kind, Resource object) {
        return object instanceof CustomObject custom
                        && kind != Kind.ANY_CUSTOM
                        && !kind.apiVersion().equals(custom.apiVersion())
                ? custom.withApiVersion(kind.apiVersion())
                : object;
    }

    private Generations generations() {
        Generations now = generations;
        long time = nanos.getAsLong();
        if (time - now.since < GENERATION_NANOS) {
            return now;
        }
        // Two threads at once: one's young places are forgotten at once, nothing else.
        Generations next = new Generations(new AtomicReferenceArray<>(places), now.young, time);
        generations = next;
        return next;
    }

    private Place older(Generations now, int set, Entry entry, Kind kind) {
        byte[] bytes = entry.value();
        Place known = now.old.length() == 0 ? null : find(now.old, set, bytes, entry.revision());
        return known != null
                ? known
                : new Place(
                        entry.key(),
                        bytes,
                        entry.revision(),
                        versioned(codec.decode(Versions.json(bytes), kind), bytes, entry.revision()));
    }

    /** The object at this revision; what was coming has that now. */
    private static @Nullable Place find(
            AtomicReferenceArray<@Nullable Place> places, int set, byte[] bytes, long revision) {
        for (int i = set; i < set + SET; i++) {
            Place place = places.get(i);
            if (place != null
                    && (place.revision == revision || place.revision == COMING)
                    && (place.bytes == bytes || Arrays.equals(place.bytes, bytes))) {
                if (place.revision == revision) {
                    return place;
                }
                Place stored = new Place(place.key, place.bytes, revision, versioned(place.object, bytes, revision));
                places.compareAndSet(i, place, stored);
                return stored;
            }
        }
        return null;
    }

    private static Resource versioned(Resource object, byte[] bytes, long revision) {
        return object.withMetadata(object.metadata().withResourceVersion(version(bytes, revision)));
    }

    /** Puts the newest first, the others one further; one of them is given up. */
    private static void remember(AtomicReferenceArray<@Nullable Place> places, int set, Place newest) {
        Place moved = newest;
        int end = given(places, set, newest.key);
        for (int i = set; i <= end; i++) {
            moved = places.getAndSet(i, moved);
        }
    }

    private void rememberListed(AtomicReferenceArray<@Nullable Place> places, int set, Place decoded) {
        for (int i = set; i < set + SET; i++) {
            if (places.get(i) == null && places.compareAndSet(i, null, decoded)) {
                return;
            }
        }
        if (unkept.incrementAndGet() % LISTED_SHARE == 0) {
            remember(places, set, decoded);
        }
    }

    /** Which place is given up: an empty one, else one of a key that has a newer one, but for the former of this very key, else the last. */
    private static int given(AtomicReferenceArray<@Nullable Place> places, int set, String key) {
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
            } else if (isSuperseded(places, set, i, place.key)) {
                superseded = i;
            }
        }
        return superseded < 0 ? set + SET - 1 : superseded;
    }

    private static boolean isSuperseded(AtomicReferenceArray<@Nullable Place> places, int set, int at, String key) {
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

    /**
     * Remembers what is about to be stored: those who watch may see it before the one who stores it hears that it is. He says how it ended, by {@link #stored} or
     * {@link #notComing}.
     */
    public void coming(String key, byte[] bytes, Resource object) {
        remember(generations().young, set(key), new Place(key, bytes, COMING, object));
    }

    /** Forgets what was coming, unless it came. */
    public void notComing(String key, byte[] bytes) {
        int set = set(key);
        Generations now = generations();
        for (AtomicReferenceArray<@Nullable Place> places : List.of(now.young, now.old)) {
            for (int i = set; i < Math.min(set + SET, places.length()); i++) {
                Place place = places.get(i);
                if (place != null && place.revision == COMING && place.bytes == bytes) {
                    places.compareAndSet(i, place, null);
                }
            }
        }
    }

    /** The {@code resourceVersion} of an entry. */
    public static String version(Entry entry) {
        return version(entry.value(), entry.revision());
    }

    private static String version(byte[] value, long revision) {
        return Long.toString(Versions.of(value, revision));
    }

    /**
     * What was just stored, without decoding it.
     *
     * @return the object with its new {@code resourceVersion}
     */
    public Resource stored(String key, byte[] bytes, long revision, Resource object) {
        AtomicReferenceArray<@Nullable Place> places = generations().young;
        int set = set(key);
        Place known = find(places, set, bytes, revision);
        if (known == null) {
            known = new Place(key, bytes, revision, versioned(object, bytes, revision));
            remember(places, set, known);
        }
        return known.object;
    }

    /** The first place of a key's set. */
    private int set(String key) {
        int h = key.hashCode();
        return ((h ^ (h >>> 16)) & mask) * SET;
    }
}

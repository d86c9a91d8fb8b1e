package org.kochab.partition.internal.core.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;

/**
 * All keys of a partition at every revision from {@link #floor} to {@link #revision}. One thread writes; any number read without
 * locks, each at a revision it has read first.
 *
 * <p>A key has a {@link Slot}; in it is either its only {@link Entry} or the newest {@link Version} of a chain. Chains exist only
 * for keys changed within the history. What has left the history is {@link Packed} if that saves half of it.
 *
 * <p>Slots are found by hash, and in key order for lists: looking up by hash halved the
 * writer's time for a commit, and the skip list is touched only when a key comes or goes (figures in the bundle's README). A tree
 * that is copied along the path of each put would give snapshots without chains, but allocates that path for every commit.
 */
final class State {
    /** Where a key's value is. {@code head} is null until the key's first commit is applied. */
    static final class Slot {
        volatile @Nullable Object head;
    }

    /** A value of a key that is newer than another one; {@code entry} is null if it was deleted. */
    static final class Version {
        final long revision;
        final @Nullable Entry entry;
        /** The version before, an {@link Entry}, {@link Packed} or a {@link Version}; forgotten with the history. */
        @Nullable
        Object older;

        Version(long revision, @Nullable Entry entry, @Nullable Object older) {
            this.revision = revision;
            this.entry = entry;
            this.older = older;
        }
    }

    private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, Slot> ordered = new ConcurrentSkipListMap<>();
    private final AtomicLong size = new AtomicLong();
    private final Packer packer = new Packer();
    /** How many fences there are: most partitions have none, and need not look for them. */
    private volatile int fences;

    private volatile long floor;
    private volatile long revision;

    /** The oldest revision that can be read. */
    long floor() {
        return floor;
    }

    /** The newest revision that can be read. */
    long revision() {
        return revision;
    }

    long size() {
        return size.get();
    }

    boolean hasFences() {
        return fences > 0;
    }

    private void count(String key, int more) {
        size.lazySet(size.get() + more);
        if (key.startsWith(Fences.PREFIX)) {
            fences += more;
        }
    }

    /** Before anybody reads: a key as it was loaded. */
    void load(Entry entry) {
        Slot slot = new Slot();
        slot.head = packer.pack(entry);
        insert(entry.key(), slot);
        count(entry.key(), 1);
    }

    private void insert(String key, Slot slot) {
        ordered.put(key, slot);
        slots.put(key, slot);
    }

    /** Before anybody reads: the revision that was loaded. */
    void loaded(long at) {
        floor = at;
        revision = at;
    }

    /** The writer's view of a key; null if there is no slot yet. */
    @Nullable
    Slot slot(String key) {
        return slots.get(key);
    }

    /** The writer's view of a slot: the newest value, null if deleted or never there. */
    static @Nullable Entry newest(Slot slot) {
        Object head = slot.head;
        return head instanceof Version v ? v.entry : plain(head);
    }

    private static @Nullable Entry plain(@Nullable Object settled) {
        return settled instanceof Packed packed ? packed.entry() : (Entry) settled;
    }

    /** The writer's view of all keys that begin with this. */
    void each(String prefix, Consumer<String> to) {
        for (Map.Entry<String, Slot> e : ordered.tailMap(prefix, true).entrySet()) {
            if (!e.getKey().startsWith(prefix)) {
                return;
            }
            Object head = e.getValue().head;
            if (!(head instanceof Version v) || v.entry != null) {
                to.accept(e.getKey());
            }
        }
    }

    /** Sets a key; invisible until {@link #publish}. Returns what {@link #forget} needs. */
    Object put(Slot slot, Entry entry) {
        Object head = slot.head;
        if (head == null) {
            slot.head = entry;
            insert(entry.key(), slot);
            count(entry.key(), 1);
            return entry;
        }
        if (newest(slot) == null) {
            count(entry.key(), 1);
        }
        Version version = new Version(entry.revision(), entry, head);
        slot.head = version;
        return version;
    }

    /** Removes a key that is there; invisible until {@link #publish}. Returns what {@link #forget} needs. */
    Object delete(String key, Slot slot, long at) {
        Version version = new Version(at, null, slot.head);
        slot.head = version;
        count(key, -1);
        return version;
    }

    /** Makes everything up to this revision visible. */
    void publish(long at) {
        revision = at;
    }

    /** Gives up older revisions. Before {@link #forget}, so that a reader that finds a version missing also sees why. */
    void raiseFloor(long at) {
        floor = at;
    }

    /** Drops what came before a version whose event has left the history, and packs what stays. */
    void forget(String key, Slot slot, Object version) {
        if (!(version instanceof Version v)) {
            if (slot.head == version) {
                slot.head = packer.pack((Entry) version);
            }
            return;
        }
        v.older = null;
        if (slot.head == v) {
            if (v.entry == null) {
                ordered.remove(key, slot);
                slots.remove(key, slot);
            } else {
                slot.head = packer.pack(v.entry);
            }
        }
    }

    /** Any thread: a key as it is at the newest revision. */
    @Nullable
    Entry get(String key) {
        while (true) {
            long at = revision;
            Entry found = at(slots.get(key), at);
            // Found is always right; missing may mean that this thread slept while the history moved past it.
            if (found != null || floor <= at) {
                return found;
            }
        }
    }

    /**
     * Any thread: up to {@code limit} entries with this prefix, after {@code afterKey} (null: from the start), as of {@code at}.
     *
     * @return null if that revision is not kept any more
     */
    @Nullable
    List<Entry> list(String prefix, @Nullable String afterKey, int limit, long at) {
        // A cursor may stand before all that is asked for, with other keys in between.
        ConcurrentNavigableMap<String, Slot> tail = afterKey == null || afterKey.compareTo(prefix) < 0
                ? ordered.tailMap(prefix, true)
                : ordered.tailMap(afterKey, false);
        List<Entry> found = new ArrayList<>(Math.min(limit, 64));
        for (Map.Entry<String, Slot> e : tail.entrySet()) {
            if (!e.getKey().startsWith(prefix)) {
                break;
            }
            Entry entry = at(e.getValue(), at);
            if (entry != null) {
                found.add(entry);
                if (found.size() == limit) {
                    break;
                }
            }
        }
        return floor <= at ? found : null;
    }

    private static @Nullable Entry at(@Nullable Slot slot, long revision) {
        Object version = slot == null ? null : slot.head;
        while (version instanceof Version v) {
            if (v.revision <= revision) {
                return v.entry;
            }
            version = v.older;
        }
        if (version instanceof Packed packed) {
            return packed.revision <= revision ? packed.entry() : null;
        }
        return version instanceof Entry e && e.revision() <= revision ? e : null;
    }
}

package org.kochab.partition.internal.core.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.WatchEvent;

/**
 * The bounded history of a partition and those who watch it. An event exists once; streams (one a watched prefix) hold references
 * to the events of the history that match, watchers hold a position in a stream. What leaves the history leaves the streams, so
 * neither a slow nor a forgotten watcher keeps anything.
 *
 * <p>One lock: the writer holds it while it applies a group, a watcher while it takes what is there.
 */
final class Feed {
    /** Events of one poll, a transaction's events together. */
    private static final int MOST_EVENTS = 1_000;

    private record Kept(WatchEvent event, State.Slot slot, Object version, long bytes) {}

    private final PartitionId partition;
    private final State state;
    private final KernelLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Ring<Kept> history = new Ring<>(0);
    private final TreeMap<String, Stream> streams = new TreeMap<>();
    /** Streams that a fence has ended, as long as somebody reads their rest. */
    private final List<Stream> fenced = new ArrayList<>();
    /** When fences came, within the history: also those that are lifted again. */
    private final TreeMap<Long, String> fences = new TreeMap<>();

    private long historyBytes;
    private long watchers;
    private boolean ended;

    Feed(PartitionId partition, State state, KernelLimits limits) {
        this.partition = partition;
        this.state = state;
        this.limits = limits;
    }

    /** Writer: applies a group, makes it visible, forgets what is beyond the bounds, and wakes watchers. */
    void publish(Group group) {
        List<FeedWatch> awake = new ArrayList<>();
        lock.lock();
        try {
            for (Group.Change change : group.changes()) {
                WatchEvent event = change.event();
                Kept kept = apply(change, event);
                history.add(kept);
                historyBytes += kept.bytes;
                for (Stream s = deepest(key(event)); s != null; s = s.parent) {
                    s.events.add(event);
                    s.wake(awake);
                }
                if (event instanceof WatchEvent.Put put
                        && put.previous().isEmpty()
                        && key(event).startsWith(Fences.PREFIX)) {
                    endStreams(key(event), event.revision(), awake);
                }
            }
            state.publish(group.revision());
            trim();
        } finally {
            lock.unlock();
        }
        awake.forEach(FeedWatch::signal);
    }

    private Kept apply(Group.Change change, WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            long bytes = weight(put.entry())
                    + (put.previous().isPresent() ? weight(put.previous().get()) : 0);
            return new Kept(event, change.slot(), state.put(change.slot(), put.entry()), bytes);
        }
        WatchEvent.Deleted deleted = (WatchEvent.Deleted) event;
        Object version = state.delete(deleted.previous().key(), change.slot(), deleted.revision());
        return new Kept(event, change.slot(), version, weight(deleted.previous()));
    }

    private static long weight(Entry entry) {
        return 64L + entry.key().length() + entry.value().length;
    }

    private static String key(WatchEvent event) {
        return event instanceof WatchEvent.Put put
                ? put.entry().key()
                : ((WatchEvent.Deleted) event).previous().key();
    }

    /** Whole revisions leave, and never the newest one. */
    private void trim() {
        while (history.size() > limits.historyEvents() || historyBytes > limits.historyBytes()) {
            long oldest = history.get(history.first()).event.revision();
            if (oldest == state.revision()) {
                return;
            }
            state.raiseFloor(oldest);
            fences.headMap(oldest, true).clear();
            while (history.size() > 0 && history.get(history.first()).event.revision() == oldest) {
                Kept gone = history.removeFirst();
                historyBytes -= gone.bytes;
                String key = key(gone.event);
                state.forget(key, gone.slot, gone.version);
                for (Stream s = deepest(key); s != null; s = s.parent) {
                    s.forget(gone.event);
                }
                fenced.forEach(s -> s.forget(gone.event));
            }
        }
    }

    /**
     * The stream with the longest prefix of this key; the others are its parents. The greatest prefix not above the key either is one
     * or has all of them as parents, since whatever lies between a prefix and a key that begins with it begins with it too.
     */
    private @Nullable Stream deepest(String key) {
        Map.Entry<String, Stream> below = streams.isEmpty() ? null : streams.floorEntry(key);
        Stream s = below == null ? null : below.getValue();
        while (s != null && !key.startsWith(s.prefix)) {
            s = s.parent;
        }
        return s;
    }

    FeedWatch watch(String prefix, long after) throws GoneException {
        lock.lock();
        try {
            if (ended) {
                throw new NotLeaderException(partition);
            }
            if (after < state.floor() || after > state.revision()) {
                throw gone("revision " + after + " is not kept");
            }
            Stream stream = streams.get(prefix);
            long fence = fence(prefix, after);
            if (fence >= 0) {
                stream = new Stream(prefix, after, since(prefix, after, fence, 0));
                stream.endedAt = fence;
                fenced.add(stream);
            } else if (stream == null) {
                stream = new Stream(prefix, after, since(prefix, after, state.revision(), 0));
                insert(stream);
            } else if (stream.coveredFrom > after) {
                stream.extendBack(after, since(prefix, after, stream.coveredFrom, 0));
            }
            watchers++;
            stream.watchers++;
            return new FeedWatch(this, stream, stream.firstAfter(after), after);
        } finally {
            lock.unlock();
        }
    }

    /** Where a watch of this prefix ends; negative if it does not. */
    private long fence(String prefix, long after) {
        String key = state.hasFences() || !fences.isEmpty() ? Fences.of(prefix, true) : null;
        if (key == null) {
            return -1;
        }
        for (Map.Entry<Long, String> f : fences.tailMap(after, false).entrySet()) {
            if (f.getValue().equals(key)) {
                return f.getKey();
            }
        }
        Entry now = state.get(key);
        return now == null ? -1 : now.createRevision();
    }

    /** What is below a new fence gets no more events: whoever watches it takes the rest and goes where the fence says. */
    private void endStreams(String fence, long revision, List<FeedWatch> awake) {
        fences.put(revision, fence);
        for (Stream s : List.copyOf(streams.values())) {
            if (fence.equals(Fences.of(s.prefix, true))) {
                remove(s);
                s.endedAt = revision;
                fenced.add(s);
                s.wake(awake);
            }
        }
    }

    /** The kept events of a prefix with {@code after < revision <= upTo}. */
    private Ring<WatchEvent> since(String prefix, long after, long upTo, long firstIndex) {
        Ring<WatchEvent> found = new Ring<>(firstIndex);
        long from = history.first();
        long to = history.end();
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (history.get(middle).event.revision() <= after) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        for (long i = from; i < history.end(); i++) {
            WatchEvent event = history.get(i).event;
            if (event.revision() > upTo) {
                break;
            }
            if (key(event).startsWith(prefix)) {
                found.add(event);
            }
        }
        return found;
    }

    private void insert(Stream stream) {
        stream.parent = deepest(stream.prefix);
        for (Stream s : streams.tailMap(stream.prefix, false).values()) {
            if (!s.prefix.startsWith(stream.prefix)) {
                break;
            }
            if (s.parent == stream.parent) {
                s.parent = stream;
            }
        }
        streams.put(stream.prefix, stream);
    }

    private void remove(Stream stream) {
        streams.remove(stream.prefix);
        for (Stream s : streams.tailMap(stream.prefix, false).values()) {
            if (!s.prefix.startsWith(stream.prefix)) {
                break;
            }
            if (s.parent == stream) {
                s.parent = stream.parent;
            }
        }
    }

    /** Takes what is there. Waits for it at most {@code nanos}. */
    List<WatchEvent> poll(FeedWatch watch, long nanos) throws GoneException, InterruptedException {
        List<WatchEvent> taken;
        boolean more;
        lock.lock();
        try {
            long left = nanos;
            taken = take(watch);
            while (taken.isEmpty() && left > 0 && !watch.closed) {
                if (watch.arrival == null) {
                    watch.arrival = lock.newCondition();
                }
                left = watch.arrival.awaitNanos(left);
                taken = take(watch);
            }
            more = !watch.closed
                    && (watch.next < watch.stream.events.end() || watch.stream.endedAt >= 0 && !taken.isEmpty());
        } finally {
            lock.unlock();
        }
        if (more) {
            watch.signal();
        }
        return taken;
    }

    private List<WatchEvent> take(FeedWatch watch) throws GoneException {
        if (watch.closed) {
            return List.of();
        }
        if (ended) {
            detach(watch);
            throw new NotLeaderException(partition);
        }
        Ring<WatchEvent> events = watch.stream.events;
        if (watch.next < events.first()) {
            detach(watch);
            throw gone("the watcher of '" + watch.stream.prefix + "' was too slow");
        }
        List<WatchEvent> taken = new ArrayList<>((int) Math.min(MOST_EVENTS, events.end() - watch.next));
        while (watch.next < events.end()) {
            WatchEvent event = events.get(watch.next);
            if (taken.size() >= MOST_EVENTS && event.revision() != watch.seen) {
                break;
            }
            taken.add(event);
            watch.seen = event.revision();
            watch.next++;
        }
        if (taken.isEmpty() && watch.stream.endedAt >= 0) {
            if (watch.seen >= watch.stream.endedAt) {
                detach(watch);
                throw new NotLeaderException(
                        partition, "what is watched below " + watch.stream.prefix + " moves elsewhere");
            }
            watch.seen = watch.stream.endedAt;
            return List.of(new WatchEvent.Bookmark(watch.seen));
        }
        if (taken.isEmpty() && watch.bookmarkDue && watch.seen < state.revision()) {
            watch.seen = state.revision();
            taken.add(new WatchEvent.Bookmark(watch.seen));
        }
        watch.bookmarkDue = false;
        if (watch.next == events.end()) {
            watch.stream.arm(watch);
        }
        return taken;
    }

    private GoneException gone(String what) {
        long oldest = state.floor();
        return new GoneException(
                "partition " + partition + ": " + what + "; it keeps " + oldest + " to " + state.revision()
                        + ": list again and watch from the list's revision",
                oldest);
    }

    /** Whether the watch has something to say already, its end included. */
    boolean isReady(FeedWatch watch) {
        lock.lock();
        try {
            boolean ready =
                    watch.closed || ended || watch.stream.endedAt >= 0 || watch.next < watch.stream.events.end();
            if (!ready) {
                watch.stream.arm(watch);
            }
            return ready;
        } finally {
            lock.unlock();
        }
    }

    void close(FeedWatch watch) {
        lock.lock();
        try {
            detach(watch);
        } finally {
            lock.unlock();
        }
        watch.signal();
    }

    private void detach(FeedWatch watch) {
        if (watch.closed) {
            return;
        }
        watch.closed = true;
        watch.stream.disarm(watch);
        watchers--;
        if (watch.arrival != null) {
            watch.arrival.signalAll();
        }
        if (--watch.stream.watchers == 0 && !fenced.remove(watch.stream)) {
            remove(watch.stream);
        }
    }

    /** Writer: those who have seen nothing for a while learn how far it is. */
    void bookmark() {
        List<FeedWatch> awake = new ArrayList<>();
        lock.lock();
        try {
            for (Stream s : streams.values()) {
                s.wakeForBookmark(state.revision(), awake);
            }
        } finally {
            lock.unlock();
        }
        awake.forEach(FeedWatch::signal);
    }

    /** Ends every watch. */
    void end() {
        List<FeedWatch> awake = new ArrayList<>();
        lock.lock();
        try {
            ended = true;
            fenced.forEach(s -> s.wake(awake));
            for (Stream s : streams.values()) {
                s.wake(awake);
            }
        } finally {
            lock.unlock();
        }
        awake.forEach(FeedWatch::signal);
    }

    long watchers() {
        lock.lock();
        try {
            return watchers;
        } finally {
            lock.unlock();
        }
    }

    /** How long a poll without an end waits: no time-out of a caller is longer. */
    static long nanos(java.time.Duration timeout) {
        return timeout.compareTo(java.time.Duration.ofDays(365)) > 0 ? TimeUnit.DAYS.toNanos(365) : timeout.toNanos();
    }
}

package org.kochab.partition.internal.core.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.WatchEvent;

/** The kept events of one watched prefix, and the watchers that have seen them all. Guarded by the feed's lock. */
final class Stream {
    final String prefix;
    /** The stream of the next shorter prefix. */
    @Nullable
    Stream parent;

    Ring<WatchEvent> events;
    /** All kept events after this revision are in {@link #events}. */
    long coveredFrom;

    /** Revision of the fence that ended it; negative while it goes on. */
    long endedAt = -1;

    long watchers;
    private final ArrayList<FeedWatch> armed = new ArrayList<>(1);

    Stream(String prefix, long coveredFrom, Ring<WatchEvent> events) {
        this.prefix = prefix;
        this.coveredFrom = coveredFrom;
        this.events = events;
    }

    /** Puts older events before those that are here; positions of watchers stay true. */
    void extendBack(long after, Ring<WatchEvent> older) {
        Ring<WatchEvent> all = new Ring<>(events.first() - older.size());
        for (long i = older.first(); i < older.end(); i++) {
            all.add(older.get(i));
        }
        for (long i = events.first(); i < events.end(); i++) {
            all.add(events.get(i));
        }
        events = all;
        coveredFrom = after;
    }

    /** Position of the first event after a revision that is covered. */
    long firstAfter(long revision) {
        long from = events.first();
        long to = events.end();
        while (from < to) {
            long middle = Math.floorDiv(from + to, 2);
            if (events.get(middle).revision() <= revision) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** The oldest event of the history leaves it; it is the first one here, or was never here. */
    void forget(WatchEvent event) {
        if (events.size() > 0 && events.get(events.first()) == event) {
            events.removeFirst();
        }
        coveredFrom = Math.max(coveredFrom, event.revision());
    }

    void arm(FeedWatch watch) {
        if (watch.armedAt < 0) {
            watch.armedAt = armed.size();
            armed.add(watch);
        }
    }

    void disarm(FeedWatch watch) {
        if (watch.armedAt >= 0) {
            FeedWatch last = armed.remove(armed.size() - 1);
            if (last != watch) {
                armed.set(watch.armedAt, last);
                last.armedAt = watch.armedAt;
            }
            watch.armedAt = -1;
        }
    }

    /** Wakes those who wait; they are armed again when they have taken all there is. */
    void wake(List<FeedWatch> awake) {
        for (FeedWatch w : armed) {
            wake(w, awake);
        }
        armed.clear();
    }

    void wakeForBookmark(long revision, List<FeedWatch> awake) {
        for (int i = armed.size() - 1; i >= 0; i--) {
            FeedWatch w = armed.get(i);
            if (w.seen < revision) {
                w.bookmarkDue = true;
                disarm(w);
                wake(w, awake);
            }
        }
    }

    private static void wake(FeedWatch w, List<FeedWatch> awake) {
        w.armedAt = -1;
        if (w.arrival != null) {
            w.arrival.signalAll();
        }
        awake.add(w);
    }
}

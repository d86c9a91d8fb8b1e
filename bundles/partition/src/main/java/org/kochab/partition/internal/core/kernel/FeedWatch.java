package org.kochab.partition.internal.core.kernel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;

/** A watcher: a position in a stream. Its fields, but {@code signal}, are guarded by the feed's lock. */
final class FeedWatch implements Watch {
    private final Feed feed;
    final Stream stream;
    /** Position in the stream of the next event to take. */
    long next;
    /** Revision up to which everything was given. */
    long seen;

    int armedAt = -1;
    boolean bookmarkDue;
    boolean closed;
    /** Made by the first poll that waits. */
    @Nullable
    Condition arrival;

    private volatile @Nullable Runnable signal;

    FeedWatch(Feed feed, Stream stream, long next, long seen) {
        this.feed = feed;
        this.stream = stream;
        this.next = next;
        this.seen = seen;
    }

    @Override
    public List<WatchEvent> poll() throws GoneException {
        try {
            return feed.poll(this, 0);
        } catch (InterruptedException e) {
            throw new AssertionError("a poll without waiting is not interrupted", e);
        }
    }

    @Override
    public List<WatchEvent> poll(Duration timeout) throws GoneException, InterruptedException {
        return feed.poll(this, Math.max(1, Feed.nanos(timeout)));
    }

    @Override
    public void onAvailable(Runnable run) {
        signal = run;
        if (feed.isReady(this)) {
            run.run();
        }
    }

    void signal() {
        Runnable run = signal;
        if (run != null) {
            try {
                run.run();
            } catch (RuntimeException e) {
                // A watcher that cannot even be told is no reason to stop the partition.
                signal = null;
                close();
            }
        }
    }

    @Override
    public void close() {
        feed.close(this);
    }
}

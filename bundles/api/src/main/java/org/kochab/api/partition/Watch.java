package org.kochab.api.partition;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A bounded stream of events: no gap, no duplicate, no reordering, or {@link GoneException}. One thread reads it at a time;
 * {@link #close} may be called by any.
 */
@ProviderType
public interface Watch extends AutoCloseable {
    /**
     * Takes what is there, without waiting; empty if nothing is, or after {@link #close}. At most about 1,000 events at a time.
     *
     * @throws GoneException once the watcher fell behind the history; the watch is then closed
     * @throws NotLeaderException once this member stopped leading the partition
     */
    List<WatchEvent> poll() throws GoneException;

    /** As {@link #poll}, but waits at most {@code timeout} for the first event. */
    List<WatchEvent> poll(Duration timeout) throws GoneException, InterruptedException;

    /**
     * Calls {@code signal} once there may be something to poll, the end of the watch included; again only after a poll. It runs on the
     * partition's thread, or on the caller's if there is something already, and must return at once (set a flag, wake a thread). Poll
     * until nothing comes. Only one signal is kept; one that throws ends the watch.
     */
    void onAvailable(Runnable signal);

    /** Ends the watch and wakes its reader. Closing twice does nothing. */
    @Override
    void close();
}

package org.kochab.api.resource;

import java.time.Duration;
import java.util.List;
import org.kochab.api.partition.GoneException;
import org.osgi.annotation.versioning.ProviderType;

/** Events of a query in order, without gap or duplicate. One thread reads; any may close. */
@ProviderType
public interface ResourceWatch extends AutoCloseable {
    /** Waits at most {@code timeout} for the first event; empty if none came. */
    List<ResourceEvent> poll(Duration timeout) throws GoneException, InterruptedException;

    /**
     * Calls {@code signal} once there may be something to poll, the end of the watch included; again only after a poll. So few threads can
     * read many watches. It runs on a partition's thread, or on the caller's if there is something already, and must return at once (set a
     * flag, wake a thread). Then poll with a timeout of zero until nothing comes. Only one signal is kept; one that throws ends the watch.
     */
    void onAvailable(Runnable signal);

    @Override
    void close();
}

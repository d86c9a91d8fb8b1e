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

    @Override
    void close();
}

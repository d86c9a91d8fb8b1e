package org.kochab.rm.internal.core;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;

/** A watch of which the watcher gets what somebody else makes of it. */
record OtherWatch(Watch watch, UnaryOperator<List<WatchEvent>> told) implements Watch {
    @Override
    public List<WatchEvent> poll() throws GoneException {
        return told.apply(watch.poll());
    }

    @Override
    public List<WatchEvent> poll(Duration timeout) throws GoneException, InterruptedException {
        return told.apply(watch.poll(timeout));
    }

    @Override
    public void onAvailable(Runnable run) {
        watch.onAvailable(run);
    }

    @Override
    public void close() {
        watch.close();
    }
}

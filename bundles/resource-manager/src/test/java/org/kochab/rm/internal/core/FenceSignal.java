package org.kochab.rm.internal.core;

import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.testkit.simulation.ForwardingPartition;

/** A partition that says when its watcher is about to hear of the end of a fence. */
final class FenceSignal extends ForwardingPartition {
    private final Runnable opens;

    FenceSignal(Partition partition, Runnable opens) {
        super(partition);
        this.opens = opens;
    }

    @Override
    public Watch watch(String prefix, long afterRevision) throws GoneException {
        return new OtherWatch(super.watch(prefix, afterRevision), events -> {
            if (events.stream().anyMatch(FenceSignal::isEnd)) {
                opens.run();
            }
            return events;
        });
    }

    private static boolean isEnd(WatchEvent event) {
        return event instanceof WatchEvent.Deleted gone && gone.previous().key().startsWith(Fences.PREFIX);
    }
}

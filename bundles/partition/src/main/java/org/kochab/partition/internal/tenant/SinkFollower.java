package org.kochab.partition.internal.tenant;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.spi.event.SinkRecord;

/** Gives the events of one tenant partition to the sinks of its leader: to each all that there are, then what changes. For one thread. */
final class SinkFollower implements AutoCloseable {
    private static final String EVENTS = ObjectKeys.all(Kind.EVENT);
    private static final int PAGE = 1_000;

    private final Workshop shop;
    private final Partition partition;
    private final EventSinks sinks;
    private final Map<SinkQueue, Watch> watches = new IdentityHashMap<>();

    SinkFollower(Workshop shop, Partition partition, EventSinks sinks) {
        this.shop = shop;
        this.partition = partition;
        this.sinks = sinks;
    }

    /** Gives what is new; waits for nothing. */
    void look() {
        List<SinkQueue> present = sinks.all();
        watches.entrySet().removeIf(e -> {
            boolean gone = !present.contains(e.getKey());
            if (gone) {
                e.getValue().close();
            }
            return gone;
        });
        for (SinkQueue sink : present) {
            try {
                Watch watch = watches.get(sink);
                if (watch == null) {
                    watches.put(sink, begin(sink));
                } else {
                    follow(sink, watch);
                }
            } catch (GoneException e) {
                // More than the history has happened: all that there is comes again.
                watches.remove(sink);
            }
        }
    }

    private Watch begin(SinkQueue sink) throws GoneException {
        ListPage page = partition.list(EVENTS, PAGE);
        while (true) {
            page.entries().forEach(e -> give(sink, e));
            if (page.next().isEmpty()) {
                return partition.watch(EVENTS, page.revision());
            }
            page = partition.list(EVENTS, PAGE, page.next().get());
        }
    }

    private void follow(SinkQueue sink, Watch watch) throws GoneException {
        List<WatchEvent> some = watch.poll();
        while (!some.isEmpty()) {
            for (WatchEvent e : some) {
                if (e instanceof WatchEvent.Put put) {
                    give(sink, put.entry());
                }
            }
            some = watch.poll();
        }
    }

    private void give(SinkQueue sink, Entry entry) {
        TenantId tenant = ObjectKeys.parse(Kind.EVENT, entry.key()).tenant();
        if (sink.wants(tenant)) {
            sink.put(new SinkRecord.Occurred(tenant, (Event) shop.decoded().decode(entry, Kind.EVENT)));
        }
    }

    @Override
    public void close() {
        watches.values().forEach(Watch::close);
        watches.clear();
    }
}

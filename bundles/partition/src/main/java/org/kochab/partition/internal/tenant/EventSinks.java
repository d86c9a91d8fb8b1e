package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.kochab.api.model.TenantId;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginReport;
import org.kochab.spi.event.EventSink;

/** The event sinks of this member. Thread-safe. */
final class EventSinks implements PluginReport, AutoCloseable {
    private final LongSupplier clock;
    private final Duration limit;
    private final Map<EventSink, SinkQueue> sinks = new IdentityHashMap<>();
    private volatile List<SinkQueue> all = List.of();

    EventSinks() {
        this(System::nanoTime, SinkQueue.LIMIT);
    }

    /** @param limit of one call */
    EventSinks(LongSupplier clock, Duration limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** @param bundle where it comes from */
    void add(EventSink sink, String bundle, String version) {
        String name = Objects.requireNonNull(sink.name(), "name() of an event sink");
        List<TenantId> tenants = List.copyOf(sink.tenants());
        SinkQueue queue = new SinkQueue(sink, name, tenants, new ServiceLease.Origin(bundle, version), clock, limit);
        synchronized (sinks) {
            sinks.put(sink, queue);
            all = List.copyOf(sinks.values());
        }
        queue.start();
    }

    /** Returns when it is not being called any more, at most after 10 seconds. */
    void remove(EventSink sink) {
        SinkQueue gone;
        synchronized (sinks) {
            gone = sinks.remove(sink);
            all = List.copyOf(sinks.values());
        }
        if (gone != null) {
            gone.close();
        }
    }

    /** Those that are there now. */
    List<SinkQueue> all() {
        return all;
    }

    @Override
    public List<Plugin> plugins() {
        List<Plugin> plugins = new ArrayList<>();
        all.forEach(q -> plugins.add(q.plugin()));
        return plugins;
    }

    @Override
    public void close() {
        all.forEach(SinkQueue::close);
    }
}

package org.kochab.partition.internal.tenant;

import java.util.List;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginReport;
import org.kochab.spi.event.EventSink;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Brings the event sinks of bundles to the tenants' plane, and says how they are. */
@Component(service = {EventSinksComponent.class, PluginReport.class})
public final class EventSinksComponent implements PluginReport {
    private final EventSinks sinks = new EventSinks();

    @Activate
    public EventSinksComponent() {
        // Needs nothing.
    }

    EventSinks sinks() {
        return sinks;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindSink(EventSink sink, ServiceReference<EventSink> from) {
        sinks.add(
                sink,
                from.getBundle().getSymbolicName(),
                from.getBundle().getVersion().toString());
    }

    void unbindSink(EventSink sink) {
        sinks.remove(sink);
    }

    @Deactivate
    void close() {
        sinks.close();
    }

    @Override
    public List<Plugin> plugins() {
        return sinks.plugins();
    }
}

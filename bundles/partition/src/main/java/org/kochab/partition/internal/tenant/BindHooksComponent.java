package org.kochab.partition.internal.tenant;

import java.util.List;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginReport;
import org.kochab.spi.scheduler.BindHook;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Brings the bind hooks of bundles to the tenants' plane, and says how they are. */
@Component(service = {BindHooksComponent.class, PluginReport.class})
public final class BindHooksComponent implements PluginReport {
    private final BindHooks hooks = new BindHooks();

    @Activate
    public BindHooksComponent() {
        // Needs nothing.
    }

    BindHooks hooks() {
        return hooks;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindHook(BindHook hook, ServiceReference<BindHook> from) {
        hooks.add(
                hook,
                from.getBundle().getSymbolicName(),
                from.getBundle().getVersion().toString());
    }

    void unbindHook(BindHook hook) {
        hooks.remove(hook);
    }

    @Deactivate
    void close() {
        hooks.close();
    }

    @Override
    public List<Plugin> plugins() {
        return hooks.plugins();
    }
}

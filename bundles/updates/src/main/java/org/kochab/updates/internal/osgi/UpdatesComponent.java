package org.kochab.updates.internal.osgi;

import org.kochab.api.codec.Codec;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.update.AgentUpdates;
import org.kochab.updates.internal.service.DirectoryUpdates;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The updates of this member. */
@Component(
        service = {},
        immediate = true)
public final class UpdatesComponent {
    private final DirectoryUpdates updates;
    private final ServiceRegistration<AgentUpdates> registration;

    @Activate
    public UpdatesComponent(
            BundleContext context,
            @Reference PartitionService partitions,
            @Reference ResourceManagers managers,
            @Reference Codec codec) {
        updates = new DirectoryUpdates(partitions, managers, codec);
        updates.start();
        registration = context.registerService(AgentUpdates.class, updates, null);
    }

    @Deactivate
    void stop() {
        registration.unregister();
        updates.close();
    }
}

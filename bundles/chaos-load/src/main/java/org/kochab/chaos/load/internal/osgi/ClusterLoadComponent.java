package org.kochab.chaos.load.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kochab.api.partition.PartitionService;
import org.kochab.chaos.load.ClusterLoad;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Loads partitions of several members, from this one, while a configuration says so. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.chaos.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClusterLoadConfig.class)
public final class ClusterLoadComponent {
    private final ClusterLoad load;

    @Activate
    public ClusterLoadComponent(@Reference PartitionService partitions, ClusterLoadConfig config) throws IOException {
        this.load = ClusterLoad.start(
                partitions,
                List.of(config.members().split(",")),
                List.of(config.partitions().split(",")),
                Path.of(config.directory()),
                config.seed(),
                new ClusterLoad.Crew(config.writers(), config.watchers(), config.pauseMillis()));
    }

    @Deactivate
    void stop() throws IOException {
        load.close();
    }
}

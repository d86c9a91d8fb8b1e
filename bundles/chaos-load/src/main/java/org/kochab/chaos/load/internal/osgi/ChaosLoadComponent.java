package org.kochab.chaos.load.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Partition;
import org.kochab.chaos.load.ChaosLoad;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Writes to the partition {@code tp-1} while it is led here and a configuration says so. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.chaos.load",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ChaosLoadConfig.class)
public final class ChaosLoadComponent {
    private final ChaosLoad load;

    @Activate
    public ChaosLoadComponent(
            @Reference(target = "(" + Partition.ID_PROPERTY + "=tp-1)") Partition partition, ChaosLoadConfig config)
            throws IOException, GoneException {
        this.load = ChaosLoad.start(
                partition, Path.of(config.directory()), config.round(), config.writers(), config.seed());
    }

    @Deactivate
    void stop() throws IOException {
        load.close();
    }
}

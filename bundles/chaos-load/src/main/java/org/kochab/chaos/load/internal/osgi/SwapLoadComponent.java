package org.kochab.chaos.load.internal.osgi;

import java.nio.file.Path;
import org.kochab.api.codec.Codec;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.ResourceService;
import org.kochab.chaos.load.internal.swap.SwapLoad;
import org.kochab.chaos.load.internal.swap.SwapPlan;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Swaps the scheduler of {@code tp-1} under load, once, if a configuration says so. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.chaos.swap",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SwapLoadConfig.class)
public final class SwapLoadComponent {
    private final SwapLoad load;

    /** @param partition which must be led here, because its schedulers are swapped here */
    @Activate
    public SwapLoadComponent(
            @Reference(target = "(" + Partition.ID_PROPERTY + "=tp-1)") Partition partition,
            @Reference PartitionService partitions,
            @Reference ResourceService resources,
            @Reference Codec codec,
            BundleContext context,
            SwapLoadConfig config) {
        SwapPlan plan = new SwapPlan(
                Path.of(config.directory()),
                config.engine(),
                config.nodes(),
                config.idle(),
                config.pods(),
                config.swaps(),
                config.pace(),
                config.running(),
                config.seed());
        this.load = SwapLoad.start(plan, context, partitions, resources, codec);
    }

    @Deactivate
    void stop() {
        load.close();
    }
}

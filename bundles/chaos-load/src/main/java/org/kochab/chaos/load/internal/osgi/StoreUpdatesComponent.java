package org.kochab.chaos.load.internal.osgi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.chaos.load.Ballast;
import org.kochab.chaos.load.ChaosLog;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Updates the store's bundle again and again while a configuration says so. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.chaos.updates",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = StoreUpdatesConfig.class)
public final class StoreUpdatesComponent {
    private static final PartitionId PARTITION = new PartitionId("tp-1");

    private final ChaosLog log;
    private final Thread thread;

    @Activate
    public StoreUpdatesComponent(
            BundleContext context, @Reference PartitionService partitions, StoreUpdatesConfig config)
            throws IOException {
        Bundle store = Arrays.stream(context.getBundles())
                .filter(b -> config.bundle().equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("bundle: " + config.bundle() + " is not installed"));
        this.log = ChaosLog.open(Files.createDirectories(Path.of(config.directory())), 0);
        StoreUpdates updates = new StoreUpdates(
                partitions,
                PARTITION,
                new Ballast(partitions, PARTITION, config.keys()),
                store,
                Arrays.stream(config.jars())
                        .flatMap(jars -> Arrays.stream(jars.split(",")))
                        .map(Path::of)
                        .toList(),
                new Random(config.seed() * 31 + log.start()),
                log);
        this.thread = new Thread(() -> updates.run(config.updates()), "kochab-chaos-updates");
        thread.setDaemon(true);
        thread.start();
    }

    @Deactivate
    void stop() throws IOException, InterruptedException {
        thread.interrupt();
        thread.join();
        log.close();
    }
}

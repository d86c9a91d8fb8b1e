package org.kochab.store.ignite.internal.osgi;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Optional;
import org.kochab.spi.cluster.MemberCalls;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StoreReport;
import org.kochab.store.ignite.internal.core.Settings;
import org.kochab.store.ignite.internal.grid.IgnitePartitionStore;
import org.kochab.store.ignite.internal.grid.StoreLife;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Runs the store while this component is active, and offers it as a {@link PartitionStore} only while it can be used. Not a DS service
 * itself, because starting takes seconds that other components must not wait for.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.store.ignite")
@Designate(ocd = IgniteStoreConfig.class)
public final class IgniteStoreComponent {
    private final StoreLife life;
    private final ServiceRegistration<StoreReport> report;

    @Activate
    public IgniteStoreComponent(BundleContext context, IgniteStoreConfig config) {
        Settings settings = settings(context, config);
        StoreLife opened = new StoreLife(settings, store -> offer(context, store));
        this.life = opened;
        this.report = context.registerService(StoreReport.class, new Report(settings.storeName(), opened), null);
    }

    private record Report(String name, StoreLife life) implements StoreReport {
        @Override
        public StoreHealth health() {
            return life.health();
        }
    }

    @Deactivate
    void stop() {
        report.unregister();
        life.close();
    }

    private static Runnable offer(BundleContext context, IgnitePartitionStore store) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(PartitionStore.NAME_PROPERTY, store.name());
        // The way to the others first: whoever begins to use the store asks how many there are.
        ServiceRegistration<MemberCalls> calls = context.registerService(MemberCalls.class, store.calls(), properties);
        ServiceRegistration<PartitionStore> registered =
                context.registerService(PartitionStore.class, store, properties);
        return () -> {
            registered.unregister();
            calls.unregister();
        };
    }

    private static Settings settings(BundleContext context, IgniteStoreConfig config) {
        return new Settings(
                config.storeName(),
                config.memberName(),
                directory(context, config.directory()),
                config.localHost(),
                config.discoveryPort(),
                config.communicationPort(),
                Arrays.stream(config.addresses())
                        .flatMap(all -> Arrays.stream(all.split(",")))
                        .map(String::strip)
                        .filter(address -> !address.isEmpty())
                        .toList(),
                config.regionMegabytes(),
                config.fsync(),
                config.commitThreads(),
                config.commitQueue(),
                config.transactionMillis(),
                config.startSeconds(),
                config.failureDetectionMillis(),
                identity(config));
    }

    private static Optional<Settings.Identity> identity(IgniteStoreConfig config) {
        if (config.keyStore().isBlank()) {
            return Optional.empty();
        }
        if (config.keyStorePasswordFile().isBlank()) {
            throw new IllegalArgumentException(
                    "keyStorePasswordFile is empty: name the file with the password of " + config.keyStore());
        }
        return Optional.of(new Settings.Identity(Path.of(config.keyStore()), Path.of(config.keyStorePasswordFile())));
    }

    private static Path directory(BundleContext context, String configured) {
        if (!configured.isBlank()) {
            return Path.of(configured);
        }
        String karafData = context.getProperty("karaf.data");
        return Path.of(karafData == null ? "data" : karafData, "store", "ignite");
    }
}

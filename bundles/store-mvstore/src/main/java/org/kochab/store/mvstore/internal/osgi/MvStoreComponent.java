package org.kochab.store.mvstore.internal.osgi;

import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StoreReport;
import org.kochab.store.mvstore.internal.core.Settings;
import org.kochab.store.mvstore.internal.file.MvPartitionStore;
import org.kochab.store.mvstore.internal.file.StoreLife;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Runs the store while this component is active, and offers it as a {@link PartitionStore} only while it can be used. Not a DS service
 * itself, because opening reads the whole file and other components must not wait for that.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.store.mvstore")
@Designate(ocd = MvStoreConfig.class)
public final class MvStoreComponent {
    private final StoreLife life;
    private final ServiceRegistration<StoreReport> report;

    @Activate
    public MvStoreComponent(BundleContext context, MvStoreConfig config) {
        Settings settings = new Settings(
                config.storeName(),
                directory(context, config.directory()),
                config.cacheMegabytes(),
                config.commitQueue(),
                config.reserveMegabytes());
        StoreLife opened = new StoreLife(settings, store -> offer(context, store));
        this.life = opened;
        this.report = context.registerService(StoreReport.class, new Report(settings.storeName(), opened), null);
        opened.start();
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

    private static Runnable offer(BundleContext context, MvPartitionStore store) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(PartitionStore.NAME_PROPERTY, store.name());
        return context.registerService(PartitionStore.class, store, properties)::unregister;
    }

    private static Path directory(BundleContext context, String configured) {
        if (!configured.isBlank()) {
            return Path.of(configured);
        }
        String karafData = context.getProperty("karaf.data");
        return Path.of(karafData == null ? "data" : karafData, "store", "mvstore");
    }
}

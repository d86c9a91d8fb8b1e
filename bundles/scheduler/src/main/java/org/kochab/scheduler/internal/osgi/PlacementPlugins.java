package org.kochab.scheduler.internal.osgi;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginReport;
import org.kochab.scheduler.internal.core.Conduct;
import org.kochab.scheduler.internal.core.PluginSet;
import org.kochab.scheduler.internal.core.Vendor;
import org.kochab.scheduler.internal.core.VendorPlugins;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementOrder;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.spi.scheduler.PodGroup;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the placement plugins of other bundles to the schedulers, and says how they are. */
@Component(
        service = {PlacementPlugins.class, PluginReport.class},
        configurationPid = "org.kochab.scheduler")
@Designate(ocd = SchedulerConfig.class)
public final class PlacementPlugins implements PluginReport {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementPlugins.class);

    private final VendorPlugins plugins;

    @Activate
    public PlacementPlugins(SchedulerConfig config) {
        plugins = new VendorPlugins(settings(config), System::nanoTime);
    }

    static VendorPlugins.Settings settings(SchedulerConfig config) {
        String failure = config.filter_failure();
        if (!failure.equals("refuse") && !failure.equals("ignore")) {
            LOG.error(
                    "filter.failure of org.kochab.scheduler is '{}': it must be refuse or ignore. It is taken as refuse",
                    failure);
        }
        return new VendorPlugins.Settings(
                new Conduct.Limits(
                        TimeUnit.MILLISECONDS.toNanos(config.slow_millis()),
                        config.slow_groups(),
                        config.failure_groups(),
                        TimeUnit.SECONDS.toNanos(config.quarantine_seconds()),
                        TimeUnit.SECONDS.toNanos(config.quarantine_longest_seconds())),
                failure.equals("ignore"),
                new TreeSet<>(Arrays.asList(config.filter_ignored())));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addFilter(PlacementFilter filter, ServiceReference<PlacementFilter> reference) {
        plugins.add(filter, source(reference));
    }

    void removeFilter(ServiceReference<PlacementFilter> reference) {
        plugins.remove(number(reference));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addScorer(PlacementScorer scorer, ServiceReference<PlacementScorer> reference) {
        plugins.add(scorer, source(reference));
    }

    void removeScorer(ServiceReference<PlacementScorer> reference) {
        plugins.remove(number(reference));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addRules(PlacementRules rules, ServiceReference<PlacementRules> reference) {
        plugins.add(rules, source(reference));
    }

    void removeRules(ServiceReference<PlacementRules> reference) {
        plugins.remove(number(reference));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addOrder(PlacementOrder order, ServiceReference<PlacementOrder> reference) {
        plugins.add(order, source(reference));
    }

    void removeOrder(ServiceReference<PlacementOrder> reference) {
        plugins.remove(number(reference));
    }

    private static long number(ServiceReference<?> reference) {
        return reference.getProperty(Constants.SERVICE_ID) instanceof Long id ? id : 0;
    }

    private static VendorPlugins.Source source(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        long service = number(reference);
        return bundle == null
                ? new VendorPlugins.Source("?", "0.0.0", service)
                : new VendorPlugins.Source(
                        String.valueOf(bundle.getSymbolicName()),
                        bundle.getVersion().toString(),
                        service);
    }

    List<Decision> place(ClusterView view, List<PodGroup> batch, long seed, PluginSet builtIn) {
        return plugins.place(Thread.currentThread(), view, batch, seed, builtIn);
    }

    Optional<String> abandoned(Thread caller) {
        return plugins.abandoned(caller).map(Vendor::toString);
    }

    @Override
    public List<Plugin> plugins() {
        return plugins.plugins();
    }
}

package org.kochab.scheduler.internal.osgi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.kochab.scheduler.internal.core.GuardedFilter;
import org.kochab.scheduler.internal.core.GuardedRules;
import org.kochab.scheduler.internal.core.GuardedScorer;
import org.kochab.scheduler.internal.core.PluginSet;
import org.kochab.scheduler.internal.core.PluginWatch;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;
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

/** Placement plugins that other bundles offer. Of two with one name the one of the bundle with the lower symbolic name counts, on every member. */
@Component(service = PlacementPlugins.class, configurationPid = "org.kochab.scheduler")
@Designate(ocd = SchedulerConfig.class)
public final class PlacementPlugins {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementPlugins.class);

    /** @param plugin guarded */
    private record Offer<T>(ServiceReference<T> reference, String bundle, String name, T plugin, Conduct conduct) {}

    private final SchedulerConfig config;
    private final LongSupplier clock;
    private final List<Offer<PlacementFilter>> filters = new CopyOnWriteArrayList<>();
    private final List<Offer<PlacementScorer>> scorers = new CopyOnWriteArrayList<>();
    private final List<Offer<PlacementRules>> rules = new CopyOnWriteArrayList<>();

    @Activate
    public PlacementPlugins(SchedulerConfig config) {
        this(config, System::nanoTime);
    }

    PlacementPlugins(SchedulerConfig config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addFilter(PlacementFilter filter, ServiceReference<PlacementFilter> reference) {
        add(filters, reference, filter, PlacementFilter::name, GuardedFilter::new);
    }

    void removeFilter(PlacementFilter filter, ServiceReference<PlacementFilter> reference) {
        filters.removeIf(o -> o.reference.equals(reference));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addScorer(PlacementScorer scorer, ServiceReference<PlacementScorer> reference) {
        add(scorers, reference, scorer, PlacementScorer::name, GuardedScorer::new);
    }

    void removeScorer(PlacementScorer scorer, ServiceReference<PlacementScorer> reference) {
        scorers.removeIf(o -> o.reference.equals(reference));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addRules(PlacementRules offered, ServiceReference<PlacementRules> reference) {
        add(rules, reference, offered, PlacementRules::name, GuardedRules::new);
    }

    void removeRules(PlacementRules offered, ServiceReference<PlacementRules> reference) {
        rules.removeIf(o -> o.reference.equals(reference));
    }

    private <T> void add(
            List<Offer<T>> offers,
            ServiceReference<T> reference,
            T plugin,
            Function<T, String> name,
            BiFunction<T, PluginWatch, T> guard) {
        String bundle =
                reference.getBundle() == null ? "?" : reference.getBundle().getSymbolicName();
        Conduct conduct = new Conduct(bundle, clock, config);
        try {
            T guarded = guard.apply(plugin, conduct);
            offers.add(new Offer<>(reference, bundle, name.apply(guarded), guarded, conduct));
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "Placement plugin {} of {} is left out: it has no usable name, order or weight", plugin, bundle, e);
        }
    }

    /** Built-in plugins with those that are here now; for one batch. */
    PluginSet with(PluginSet builtIn) {
        return builtIn.with(
                chosen(filters, o -> true), chosen(scorers, o -> !o.conduct.isLeftOut()), chosen(rules, o -> true));
    }

    private static <T> List<T> chosen(List<Offer<T>> offers, Predicate<Offer<T>> wanted) {
        if (offers.isEmpty()) {
            return List.of();
        }
        List<Offer<T>> sorted = new ArrayList<>(offers);
        sorted.sort(Comparator.comparing((Offer<T> o) -> o.bundle).thenComparing(o -> o.reference));
        SortedMap<String, Offer<T>> byName = new TreeMap<>();
        sorted.forEach(o -> byName.putIfAbsent(o.name, o));
        return byName.values().stream().filter(wanted).map(o -> o.plugin).toList();
    }
}

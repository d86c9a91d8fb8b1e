package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.Plugin;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementOrder;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.spi.scheduler.PodGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Placement plugins that other bundles offer, and how they are treated. Of two with one name the one of the bundle with the lower symbolic name
 * counts, on every member. Thread-safe; who is called is settled at the start of each batch.
 */
public final class VendorPlugins {
    private static final Logger LOG = LoggerFactory.getLogger(VendorPlugins.class);
    private static final double NO_WEIGHT = 1;

    /**
     * @param ignoreFailures whether filters and rules that fail have no say, instead of refusing all nodes
     * @param ignored names of those that have none in any case
     */
    public record Settings(Conduct.Limits limits, boolean ignoreFailures, SortedSet<String> ignored) {}

    /**
     * Where a plugin comes from.
     *
     * @param service its number, lower if it came earlier
     */
    public record Source(String bundle, String version, long service) {}

    /**
     * @param conduct null if it cannot be used
     * @param unusable why, if so
     */
    private record Offer<T>(Source source, T plugin, @Nullable Conduct conduct, String name, String unusable) {}

    private final Settings settings;
    private final LongSupplier clock;
    private final List<Offer<PlacementFilter>> filters = new CopyOnWriteArrayList<>();
    private final List<Offer<PlacementScorer>> scorers = new CopyOnWriteArrayList<>();
    private final List<Offer<PlacementRules>> rules = new CopyOnWriteArrayList<>();
    private final List<Offer<PlacementOrder>> orders = new CopyOnWriteArrayList<>();
    /** Batches under way, by who places them. */
    private final Map<Object, Turn> turns = new ConcurrentHashMap<>();

    /** @param clock a monotonic one, in nanoseconds */
    public VendorPlugins(Settings settings, LongSupplier clock) {
        this.settings = settings;
        this.clock = clock;
    }

    public void add(PlacementFilter filter, Source from) {
        add(filters, filter, from, () -> vendor(Plugin.FILTER, filter.name(), from, filter.order(), NO_WEIGHT));
    }

    public void add(PlacementScorer scorer, Source from) {
        add(scorers, scorer, from, () -> vendor(Plugin.SCORER, scorer.name(), from, scorer.order(), scorer.weight()));
    }

    public void add(PlacementRules offered, Source from) {
        add(rules, offered, from, () -> vendor(Plugin.RULES, offered.name(), from, offered.order(), NO_WEIGHT));
    }

    public void add(PlacementOrder order, Source from) {
        add(orders, order, from, () -> vendor(Plugin.ORDER, order.name(), from, 0, NO_WEIGHT));
    }

    /** @param service the number of its source */
    public void remove(long service) {
        filters.removeIf(o -> o.source.service == service);
        scorers.removeIf(o -> o.source.service == service);
        rules.removeIf(o -> o.source.service == service);
        orders.removeIf(o -> o.source.service == service);
    }

    private static Vendor vendor(String kind, String name, Source from, int order, double weight) {
        return new Vendor(kind, name, from.bundle, from.version, order, weight);
    }

    private <T> void add(List<Offer<T>> offers, T plugin, Source from, Supplier<Vendor> asked) {
        try {
            Vendor vendor = asked.get();
            boolean ignored = settings.ignoreFailures || settings.ignored.contains(vendor.name());
            offers.add(new Offer<>(from, plugin, new Conduct(vendor, settings.limits, ignored), vendor.name(), ""));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            String type = plugin.getClass().getName();
            LOG.warn(
                    "{} of {} {} is left out: it has no usable name, order or weight",
                    type,
                    from.bundle,
                    from.version,
                    e);
            offers.add(new Offer<>(
                    from, plugin, null, type, "It is left out: it has no usable name, order or weight (" + e + ")."));
        }
    }

    /**
     * Places a batch by these plugins and others. Which these are does not change on the way: when a scorer is put in quarantine, because it fails or is
     * slow, the batch is placed anew without it.
     *
     * @param caller who it is, for {@link #abandoned}
     */
    public List<Decision> place(Object caller, ClusterView view, List<PodGroup> batch, long seed, PluginSet builtIn) {
        List<Conduct> leftOut = new ArrayList<>();
        while (true) {
            try (Turn turn = new Turn(clock, leftOut)) {
                turns.put(caller, turn);
                Optional<BatchOrder> order = order(turn, view, batch);
                PluginSet plugins = with(builtIn, turn);
                return order.isEmpty()
                        ? Engine.place(view, batch, seed, plugins)
                        : order.get().decisions(Engine.place(view, order.get().groups(), seed, plugins));
            } catch (Turn.AnewException e) {
                LOG.debug("a batch is placed anew without a plugin that is in quarantine now");
            } finally {
                turns.remove(caller);
            }
        }
    }

    /** The batch that somebody places is given up. @return the plugin that keeps it from ending, which is in quarantine now; empty if it is none */
    public Optional<Vendor> abandoned(Object caller) {
        return Optional.ofNullable(turns.get(caller)).flatMap(Turn::abandon);
    }

    private Optional<BatchOrder> order(Turn turn, ClusterView view, List<PodGroup> batch) {
        Offer<PlacementOrder> asked = orders.isEmpty() || batch.size() < 2 ? null : first(chosen(orders));
        Conduct c = asked == null ? null : asked.conduct;
        return c == null || c.isQuarantined(clock.getAsLong()) || turn.leavesOut(c)
                ? Optional.empty()
                : BatchOrder.by(asked.plugin, c.vendor(), turn.watch(c), view, batch);
    }

    /** Of orders only this one is asked. */
    private static <T> @Nullable Offer<T> first(SortedMap<String, Offer<T>> chosen) {
        return chosen.isEmpty() ? null : chosen.get(chosen.firstKey());
    }

    private PluginSet with(PluginSet builtIn, Turn turn) {
        long now = clock.getAsLong();
        List<PlacementFilter> asked = new ArrayList<>();
        each(filters, (o, c) -> {
            PluginWatch watch = turn.watch(c);
            if (!c.isQuarantined(now)) {
                asked.add(new GuardedFilter(o.plugin, c.vendor(), watch, c.isIgnored()));
            } else if (!c.isIgnored()) {
                asked.add(refusing(c, watch, context -> o.plugin.begin(context).isPresent()));
            }
        });
        List<PlacementRules> ruling = new ArrayList<>();
        each(rules, (o, c) -> {
            PluginWatch watch = turn.watch(c);
            if (!c.isQuarantined(now)) {
                ruling.add(new GuardedRules(o.plugin, c.vendor(), watch, c.isIgnored()));
            } else if (!c.isIgnored()) {
                asked.add(refusing(c, watch, context -> !o.plugin.begin(context).isEmpty()));
            }
        });
        List<PlacementScorer> scoring = new ArrayList<>();
        each(scorers, (o, c) -> {
            if (!c.isQuarantined(now) && !turn.leavesOut(c)) {
                scoring.add(new GuardedScorer(o.plugin, c.vendor(), turn.watch(c)));
            }
        });
        return builtIn.with(asked, scoring, ruling);
    }

    private static PlacementFilter refusing(Conduct c, PluginWatch watch, Predicate<PlacementContext> says) {
        return new RefusingFilter(c.vendor(), c.hung() ? context -> true : says, watch, c.why());
    }

    private interface Each<T> {
        void take(Offer<T> offer, Conduct conduct);
    }

    /** Those that count: one for each name. */
    private static <T> void each(List<Offer<T>> offers, Each<T> each) {
        if (offers.isEmpty()) {
            return;
        }
        chosen(offers).values().forEach(o -> {
            if (o.conduct != null) {
                each.take(o, o.conduct);
            }
        });
    }

    private static <T> SortedMap<String, Offer<T>> chosen(List<Offer<T>> offers) {
        SortedMap<String, Offer<T>> byName = new TreeMap<>();
        offers.stream()
                .filter(o -> o.conduct != null)
                .sorted(Comparator.comparing((Offer<T> o) -> o.source.bundle).thenComparing(o -> o.source.service))
                .forEach(o -> byName.putIfAbsent(o.name, o));
        return byName;
    }

    /** All plugins that are there, by kind and name. */
    public List<Plugin> plugins() {
        List<Plugin> all = new ArrayList<>();
        list(Plugin.FILTER, filters, all::add);
        list(Plugin.ORDER, orders, all::add);
        list(Plugin.RULES, rules, all::add);
        list(Plugin.SCORER, scorers, all::add);
        return all;
    }

    private <T> void list(String kind, List<Offer<T>> offers, Consumer<Plugin> to) {
        List<Offer<T>> now = List.copyOf(offers);
        SortedMap<String, Offer<T>> chosen = chosen(now);
        now.stream()
                .sorted(Comparator.comparing((Offer<T> o) -> o.name)
                        .thenComparing(o -> o.source.bundle)
                        .thenComparing(o -> o.source.service))
                .forEach(o -> {
                    Offer<T> counts = kind.equals(Plugin.ORDER) ? first(chosen) : chosen.get(o.name);
                    if (o.conduct == null) {
                        to.accept(plugin(kind, o, "Unusable", o.unusable));
                    } else if (counts != null && counts != o) {
                        String message = counts.name.equals(o.name)
                                ? "It is not called: the one of " + counts.source.bundle + " has the same name."
                                : "It is not called: only one order is, and '" + counts.name + "' of "
                                        + counts.source.bundle + " comes first by name.";
                        to.accept(plugin(kind, o, "Shadowed", message));
                    } else {
                        to.accept(plugin(kind, o, o.conduct.state(), o.conduct.message(clock.getAsLong())));
                    }
                });
    }

    private static Plugin plugin(String kind, Offer<?> o, String state, String message) {
        return new Plugin(kind, o.name, o.source.bundle, o.source.version, List.of(), state, message);
    }
}

package org.kochab.scheduler.internal.core;

import java.util.BitSet;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/**
 * A vendor's filter in one batch. When it fails, it refuses all nodes to the group and is named as the reason, because nobody knows what it would
 * have allowed; or it has no say in the group, if the operator wants it so.
 */
public final class GuardedFilter implements PlacementFilter {
    private final PlacementFilter plugin;
    private final Vendor vendor;
    private final PluginWatch watch;
    private final boolean ignored;

    /** @param ignored whether a failure means that it has no say */
    public GuardedFilter(PlacementFilter plugin, Vendor vendor, PluginWatch watch, boolean ignored) {
        this.plugin = plugin;
        this.vendor = vendor;
        this.watch = watch;
        this.ignored = ignored;
    }

    @Override
    public String name() {
        return vendor.name();
    }

    @Override
    public int order() {
        return vendor.order();
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        Guard guard = new Guard(vendor, watch, context.view());
        Optional<GroupFilter> begun =
                guard.begin(() -> plugin.begin(watch.shown(context)).map(f -> new Guarded(guard, f, f.changes())));
        return guard.failed() && !ignored ? Optional.of(new Guarded(guard, null, false)) : begun;
    }

    private final class Guarded implements GroupFilter {
        private final Guard guard;
        private final @Nullable GroupFilter filter;
        private final boolean changes;

        /** @param filter null if there is none because it has failed */
        Guarded(Guard guard, @Nullable GroupFilter filter, boolean changes) {
            this.guard = guard;
            this.filter = filter;
            this.changes = changes;
        }

        @Override
        public void filter(BitSet candidates) {
            if (filter != null) {
                guard.timed(() -> filter(filter, candidates), false);
            }
            if (guard.failed() && !ignored) {
                candidates.clear();
            }
        }

        /** What it is given is its own: it may keep it. */
        private static boolean filter(GroupFilter filter, BitSet candidates) {
            BitSet given = (BitSet) candidates.clone();
            filter.filter(given);
            BitSet more = (BitSet) given.clone();
            more.andNot(candidates);
            if (!more.isEmpty()) {
                throw Guard.wrong("it set slot " + more.nextSetBit(0) + ", which was not among the candidates");
            }
            candidates.and(given);
            return true;
        }

        @Override
        public boolean changes() {
            return changes;
        }

        @Override
        public void placed(int slot) {
            if (filter != null) {
                guard.ask(
                        () -> {
                            filter.placed(slot);
                            return true;
                        },
                        false);
            }
        }

        @Override
        public SortedMap<String, Long> needs() {
            return filter == null
                    ? Collections.emptySortedMap()
                    : guard.ask(() -> copy(filter.needs()), Collections.emptySortedMap());
        }

        private static SortedMap<String, Long> copy(SortedMap<String, Long> needs) {
            SortedMap<String, Long> copy = new TreeMap<>();
            needs.forEach((resource, least) -> copy.put(resource, Objects.requireNonNull(least)));
            return copy;
        }

        @Override
        public boolean accepts(int slot) {
            return filter == null ? ignored : guard.ask(() -> filter.accepts(slot), ignored);
        }

        @Override
        public Refusal.Code code() {
            return filter == null || guard.failed()
                    ? Refusal.Code.PLUGIN_FAILED
                    : guard.ask(() -> Objects.requireNonNull(filter.code()), Refusal.Code.PLUGIN_FAILED);
        }

        @Override
        public String reason(BitSet refused) {
            String reason = filter == null
                    ? ""
                    : guard.ask(() -> Objects.requireNonNull(filter.reason((BitSet) refused.clone())), "");
            return guard.failed() ? guard.refusal(refused.cardinality()) : reason;
        }
    }
}

package org.kochab.scheduler.internal.core;

import java.util.BitSet;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** A vendor's filter: when it throws, it refuses all nodes to the group and is named as the reason, because nobody knows what it would have allowed. */
public final class GuardedFilter implements PlacementFilter {
    private final String name;
    private final int order;
    private final PlacementFilter vendor;
    private final PluginWatch watch;

    public GuardedFilter(PlacementFilter vendor, PluginWatch watch) {
        this.name = vendor.name();
        this.order = vendor.order();
        this.vendor = vendor;
        this.watch = watch;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int order() {
        return order;
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        long start = watch.now();
        try {
            Optional<GroupFilter> begun = vendor.begin(context);
            return begun.map(f -> new Guarded(f, f.changes(), null));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            watch.failed(name, e);
            return Optional.of(new Guarded(null, false, e));
        } finally {
            watch.took(name, watch.now() - start);
        }
    }

    private final class Guarded implements GroupFilter {
        private final @Nullable GroupFilter filter;
        private final boolean changes;
        private @Nullable Throwable failure;

        Guarded(@Nullable GroupFilter filter, boolean changes, @Nullable Throwable failure) {
            this.filter = filter;
            this.changes = changes;
            this.failure = failure;
        }

        private void fail(Throwable e) {
            watch.failed(name, e);
            failure = e;
        }

        @Override
        public void filter(BitSet candidates) {
            if (failure == null && filter != null) {
                long start = watch.now();
                BitSet offered = (BitSet) candidates.clone();
                try {
                    filter.filter(candidates);
                    candidates.and(offered);
                } catch (RuntimeException | LinkageError | StackOverflowError e) {
                    fail(e);
                }
                watch.took(name, watch.now() - start);
            }
            if (failure != null) {
                candidates.clear();
            }
        }

        @Override
        public boolean changes() {
            return changes;
        }

        @Override
        public void placed(int slot) {
            if (failure == null && filter != null) {
                try {
                    filter.placed(slot);
                } catch (RuntimeException | LinkageError | StackOverflowError e) {
                    fail(e);
                }
            }
        }

        @Override
        public SortedMap<String, Long> needs() {
            if (failure == null && filter != null) {
                try {
                    return new TreeMap<>(filter.needs());
                } catch (RuntimeException | LinkageError | StackOverflowError e) {
                    fail(e);
                }
            }
            return Collections.emptySortedMap();
        }

        @Override
        public boolean accepts(int slot) {
            if (failure != null || filter == null) {
                return false;
            }
            try {
                return filter.accepts(slot);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                fail(e);
                return false;
            }
        }

        @Override
        public Refusal.Code code() {
            return failure != null || filter == null ? Refusal.Code.PLUGIN_FAILED : filter.code();
        }

        @Override
        public String reason(BitSet refused) {
            if (failure == null && filter != null) {
                try {
                    return filter.reason(refused);
                } catch (RuntimeException | LinkageError | StackOverflowError e) {
                    fail(e);
                }
            }
            return GuardedFilter.failure("filter", name, failure);
        }
    }

    static String failure(String what, String name, @Nullable Throwable failure) {
        return "the " + what + " '" + name + "' failed (" + failure
                + "): repair or remove its bundle; until then nothing that it has a say in is placed";
    }
}

package org.kochab.scheduler.internal.core;

import java.util.BitSet;
import java.util.Optional;
import java.util.function.Predicate;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** Stands for a filter or rules in quarantine: refuses all nodes to the groups that they have a say in. */
public final class RefusingFilter implements PlacementFilter {
    private final Vendor vendor;
    private final Predicate<PlacementContext> says;
    private final PluginWatch watch;
    private final String why;

    /** @param says asks the plugin whether it has a say in a group; if it throws, it has */
    public RefusingFilter(Vendor vendor, Predicate<PlacementContext> says, PluginWatch watch, String why) {
        this.vendor = vendor;
        this.says = says;
        this.watch = watch;
        this.why = why;
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
        return guard.timed(() -> says.test(watch.shown(context)), true)
                ? Optional.of(new Refusing())
                : Optional.empty();
    }

    private final class Refusing implements GroupFilter {
        @Override
        public void filter(BitSet candidates) {
            candidates.clear();
        }

        @Override
        public Refusal.Code code() {
            return Refusal.Code.PLUGIN_FAILED;
        }

        @Override
        public String reason(BitSet refused) {
            return Guard.refusal(vendor, refused.cardinality(), "is in quarantine (" + why + ")");
        }
    }
}

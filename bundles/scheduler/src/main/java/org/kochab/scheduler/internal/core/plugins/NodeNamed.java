package org.kochab.scheduler.internal.core.plugins;

import java.util.BitSet;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** Only the node that the pod names, if it names one. */
public final class NodeNamed implements PlacementFilter {
    @Override
    public String name() {
        return "node-name";
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        String wanted = context.group().spec().nodeName();
        if (wanted == null || wanted.isEmpty()) {
            return Optional.empty();
        }
        int slot = context.view().slot(wanted);
        BitSet allowed = new BitSet();
        if (slot >= 0) {
            allowed.set(slot);
        }
        return Optional.of(new Mask(
                allowed,
                Refusal.Code.UNFIT_EVER,
                refused -> Words.nodes(refused.cardinality(), "is", "are") + " not " + wanted
                        + ", the one that spec.nodeName asks for"));
    }
}

package org.kochab.scheduler.internal.core.plugins;

import java.util.BitSet;
import java.util.Optional;
import org.kochab.api.model.Node;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** No node that is cordoned, unless the pod tolerates Kubernetes' taint for that. */
public final class NodeOpen implements PlacementFilter {
    private static final Node.Taint CORDONED =
            new Node.Taint("node.kubernetes.io/unschedulable", null, "NoSchedule", null);

    @Override
    public String name() {
        return "node-open";
    }

    @Override
    public int order() {
        return 20;
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        BitSet closed = context.view().unschedulable();
        boolean tolerated = context.group().spec().tolerations().stream().anyMatch(t -> t.tolerates(CORDONED));
        if (tolerated || closed.isEmpty()) {
            return Optional.empty();
        }
        BitSet open = (BitSet) context.view().live().clone();
        open.andNot(closed);
        return Optional.of(new Mask(
                open,
                Refusal.Code.UNFIT_NOW,
                refused -> Words.nodes(refused.cardinality(), "is", "are") + " closed to new pods (cordoned)"));
    }
}

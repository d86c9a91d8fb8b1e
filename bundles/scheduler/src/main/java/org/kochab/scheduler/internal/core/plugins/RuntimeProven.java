package org.kochab.scheduler.internal.core.plugins;

import java.util.BitSet;
import java.util.Optional;
import org.kochab.api.model.Node;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** Only nodes whose driver for the pod's kind of runtime has really run something. */
public final class RuntimeProven implements PlacementFilter {
    @Override
    public String name() {
        return "runtime";
    }

    @Override
    public int order() {
        return 40;
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        String kind = context.group().spec().runtimeKind();
        return Optional.of(new Mask(
                context.view().withRuntime(kind),
                Refusal.Code.UNFIT_NOW,
                refused -> Words.nodes(refused.cardinality(), "has", "have") + " no proven runtime of kind '" + kind
                        + "'" + example(context.view(), refused, kind)));
    }

    /** What a driver said when it failed its probe, from the first node that has one. */
    private static String example(ClusterView view, BitSet refused, String kind) {
        for (int slot = refused.nextSetBit(0); slot >= 0; slot = refused.nextSetBit(slot + 1)) {
            Node.Status status = view.node(slot).status();
            if (status == null) {
                continue;
            }
            for (Node.Runtime runtime : status.runtimes()) {
                if (runtime.kind().equals(kind) && runtime.reason() != null) {
                    return " (" + view.nodeName(slot) + ": " + runtime.reason() + ")";
                }
            }
        }
        return "";
    }
}

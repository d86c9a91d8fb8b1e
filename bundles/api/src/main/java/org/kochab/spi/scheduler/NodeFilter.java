package org.kochab.spi.scheduler;

import java.util.BitSet;
import java.util.Optional;
import org.kochab.api.model.Node;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The simple form of a filter: looks at one node at a time, once a group. Register it as a {@link PlacementFilter}. At many thousands of nodes the
 * columnar form is much faster.
 */
@ConsumerType
public interface NodeFilter extends PlacementFilter {
    boolean accepts(PodGroup group, Node node);

    /**
     * Why nodes are refused to this group: the rest of a sentence that begins with {@code 7 nodes}, such as {@code have no licence for acme}.
     *
     * @param many false if the sentence begins with {@code 1 node}
     */
    String refusal(PodGroup group, boolean many);

    @Override
    default Optional<GroupFilter> begin(PlacementContext context) {
        return Optional.of(new GroupFilter() {
            @Override
            public void filter(BitSet candidates) {
                for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
                    if (!NodeFilter.this.accepts(context.group(), context.view().node(slot))) {
                        candidates.clear(slot);
                    }
                }
            }

            @Override
            public Refusal.Code code() {
                return Refusal.Code.UNFIT_EVER;
            }

            @Override
            public String reason(BitSet refused) {
                int n = refused.cardinality();
                return n + (n == 1 ? " node " : " nodes ") + refusal(context.group(), n != 1);
            }
        });
    }
}

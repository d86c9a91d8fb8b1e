package org.kochab.api.placement;

import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.Refusal;

/**
 * How far the placement of a pod is.
 *
 * @param node the node it was bound to, or that is being claimed for it
 * @param scheduler name of the scheduler that decides, as the tenant partition is set to
 * @param attempts how often a scheduler or a resource manager was asked since the tenant partition's leader took over
 * @param refusals the last decision's, most nodes first; empty once it is placed
 * @param message one sentence for an operator
 */
public record PodPlacement(
        State state, Optional<String> node, String scheduler, int attempts, List<Refusal> refusals, String message) {
    public PodPlacement {
        refusals = List.copyOf(refusals);
    }

    /** Stages of a placement. */
    public enum State {
        /** Waits for a scheduler's decision. */
        QUEUED,
        /** A resource manager is asked for the node's capacity. */
        CLAIMING,
        /** No node would take it; it is tried again when something changes, and from time to time. */
        REFUSED,
        /** It has its node. */
        BOUND
    }
}

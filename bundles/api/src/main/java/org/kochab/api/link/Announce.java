package org.kochab.api.link;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code down/announce}, retained.
 *
 * @param brokers URIs to connect to from now on, in order of preference; empty to stay
 * @param reportEverySeconds how often a heartbeat is wanted; null for the node's own
 * @param move says that the node belongs to another resource manager now; null to stay
 */
public record Announce(List<String> brokers, @Nullable Integer reportEverySeconds, @Nullable Move move) {
    public Announce {
        brokers = brokers == null ? List.of() : List.copyOf(brokers);
    }

    /**
     * The node's move to another resource manager. A node follows a number higher than any it followed, durably, and then obeys the other manager's
     * desired states from this epoch and generation on: epochs of two managers cannot be compared.
     *
     * @param resourceManager whose topics the node is to use
     * @param number counts the node's moves
     */
    public record Move(String resourceManager, long number, long epoch, long generation) {}
}

package org.kochab.api.link;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code down/announce}, retained.
 *
 * @param brokers URIs to connect to from now on, in order of preference; empty to stay
 * @param reportEverySeconds how often a heartbeat is wanted; null for the node's own
 */
public record Announce(List<String> brokers, @Nullable Integer reportEverySeconds) {
    public Announce {
        brokers = brokers == null ? List.of() : List.copyOf(brokers);
    }
}

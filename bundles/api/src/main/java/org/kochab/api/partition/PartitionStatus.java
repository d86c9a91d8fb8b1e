package org.kochab.api.partition;

import java.util.Optional;

/**
 * How a partition is, as this member sees it.
 *
 * @param leader the member that leads it; empty if none is known
 * @param revision last committed revision; -1 if not known here
 * @param entries number of keys; -1 if not known here
 * @param watchers open watches; -1 if not known here
 * @param state one word for the operator: {@code Serving}, {@code Starting}, {@code Follower} or {@code Unavailable}
 * @param message why, if the state is not {@code Serving}; else what is being done with it, if anything
 */
public record PartitionStatus(
        PartitionSpec spec,
        Optional<String> leader,
        long epoch,
        long revision,
        long entries,
        long watchers,
        String state,
        String message) {}

package org.kochab.api.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A join token that has not expired, without its secret.
 *
 * @param node the only one that may join with it; null for any
 * @param uses how many may still join with it
 * @param approval whether an operator is to approve of each node
 */
public record TokenStatus(
        String id, String resourceManager, @Nullable String node, int uses, Instant expires, boolean approval) {}

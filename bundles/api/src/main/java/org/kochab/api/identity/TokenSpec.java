package org.kochab.api.identity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a join token is good for.
 *
 * @param resourceManager that its nodes join
 * @param node the only one that may join with it; null for any that has not joined before
 * @param uses how many nodes may join with it, 1 to 10,000
 * @param lifetime a minute to 30 days
 * @param approval whether an operator is to approve of each node before it gets a certificate
 */
public record TokenSpec(String resourceManager, @Nullable String node, int uses, Duration lifetime, boolean approval) {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    public TokenSpec {
        if (uses < 1 || uses > 10_000) {
            throw new IllegalArgumentException("uses is " + uses + ": use 1 to 10000");
        }
        if (node != null && uses > 1) {
            throw new IllegalArgumentException("uses is " + uses + ": a token for one node is used once");
        }
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("lifetime is " + lifetime + ": use a minute to 30 days");
        }
    }
}

package org.kochab.agent.internal.core;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt to connect: full jitter, {@code random(0, min(longest, 1 s · 2^k))}, so that many nodes do not come at once. */
public final class Reconnect {
    private static final long FIRST = 1_000;
    /** A connection that held that long was a good one. */
    private static final long GOOD_AFTER = 30_000;

    private final RandomGenerator random;
    private final long longestMillis;
    private int failures;

    public Reconnect(RandomGenerator random, Duration longest) {
        this.random = random;
        this.longestMillis = longest.toMillis();
    }

    /** @param heldMillis how long the connection that ended was up; 0 if it never was */
    public long delay(long heldMillis) {
        if (heldMillis >= GOOD_AFTER) {
            failures = 0;
        }
        long most = Math.min(longestMillis, FIRST << Math.min(failures, 20));
        failures++;
        return random.nextLong(most + 1);
    }
}

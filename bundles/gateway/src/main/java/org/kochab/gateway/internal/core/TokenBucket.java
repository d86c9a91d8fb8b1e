package org.kochab.gateway.internal.core;

/** So many a second in the long run, and as many at once as two seconds give. Not thread-safe; times are nanoseconds of the caller's monotonic clock. */
final class TokenBucket {
    private static final double SECOND = 1e9;

    private final double perSecond;
    private final double most;
    private double tokens;
    private long at;

    TokenBucket(int perSecond, long now) {
        this.perSecond = perSecond;
        this.most = 2.0 * perSecond;
        this.tokens = most;
        this.at = now;
    }

    /** Takes one, if there is one. */
    boolean take(long now) {
        tokens = Math.min(most, tokens + (now - at) / SECOND * perSecond);
        at = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}

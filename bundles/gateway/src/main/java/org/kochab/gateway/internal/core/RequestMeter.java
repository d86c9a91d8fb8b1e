package org.kochab.gateway.internal.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.TenantId;

/**
 * Counts what each tenant asks for, and holds it to its requests a second. Of the tenants that asked longest ago nothing is kept once there are more than 20,000. Not
 * thread-safe; times are nanoseconds of the caller's monotonic clock.
 */
public final class RequestMeter {
    private static final int MOST_TENANTS = 20_000;

    private static final class Meter {
        final TokenBucket bucket;
        long requests;
        long rejected;
        long nanos;

        Meter(TokenBucket bucket) {
            this.bucket = bucket;
        }
    }

    /** Of one tenant so far. */
    public record Count(TenantId tenant, long requests, long rejected, long nanos) {}

    private final int perSecond;
    private final Map<TenantId, Meter> meters = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TenantId, Meter> eldest) {
            return size() > MOST_TENANTS;
        }
    };

    /** @param perSecond that one tenant may ask for; operators may ask for any number */
    public RequestMeter(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Whether a tenant may ask for one more now. */
    public boolean admits(TenantId tenant, long now) {
        return of(tenant, now).bucket.take(now) || tenant.equals(TenantId.SYSTEM);
    }

    public void rejected(TenantId tenant, long now) {
        of(tenant, now).rejected++;
    }

    /** @param nanos how long the answer took */
    public void answered(TenantId tenant, long nanos, long now) {
        Meter meter = of(tenant, now);
        meter.requests++;
        meter.nanos += nanos;
    }

    private Meter of(TenantId tenant, long now) {
        return meters.computeIfAbsent(tenant, t -> new Meter(new TokenBucket(perSecond, now)));
    }

    /** By tenant. */
    public List<Count> counts() {
        Map<String, Count> sorted = new TreeMap<>();
        meters.forEach((tenant, m) -> sorted.put(tenant.value(), new Count(tenant, m.requests, m.rejected, m.nanos)));
        return new ArrayList<>(sorted.values());
    }
}

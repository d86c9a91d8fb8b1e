package org.kochab.gateway.internal.http;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.kochab.api.gateway.TenantUsage;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.FairQueue;
import org.kochab.gateway.internal.core.FairQueue.Refused;
import org.kochab.gateway.internal.core.FairQueue.Taken;
import org.kochab.gateway.internal.core.RequestMeter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that answer requests. Requests about each partition have places of their own, for which tenants take turns: neither a tenant that asks for much nor a
 * partition that does not answer holds up others. Operators have as many places again, for which they take turns. Who asks for more than a limit allows is told which.
 * Any thread.
 */
final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final long STOP_SECONDS = 5;
    private static final long IDLE_SECONDS = 60;
    /** So many times the places of one partition are there in all; threads that wait cost little. */
    private static final int MOST_LANES = 8;

    private static final String OPERATORS = "operators ";

    private final Limits limits;
    private final FairQueue.Bounds bounds;
    private final Function<TenantId, String> homes;
    private final ThreadPoolExecutor threads;
    /** Guards all that follows. */
    private final Object lock = new Object();
    /** By level and partition, the one that was served last at the end. */
    private final LinkedHashMap<String, FairQueue<Work>> lanes = new LinkedHashMap<>();

    private final RequestMeter meter;
    private int running;
    private boolean closed;

    private record Work(TenantId tenant, Runnable task, Consumer<ApiError> refusal) {}

    private record Job(String lane, Taken<Work> taken) {}

    /** @param homes the partition that a tenant is in, or the empty string while that is not known; must not block */
    Workers(Limits limits, Function<TenantId, String> homes) {
        this.limits = limits;
        this.homes = homes;
        int workers = limits.workers();
        int waiting = limits.waiting();
        bounds = new FairQueue.Bounds(workers, Math.max(1, workers / 2), waiting, Math.max(1, waiting / 2));
        meter = new RequestMeter(limits.requestsPerSecond());
        // No more than are running are ever handed to it.
        threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("kochab-api", true));
    }

    /**
     * Has a request answered, now or when its turn has come.
     *
     * @param meant the tenant that it is about
     * @param refusal told in place of the task, now or later; must not block
     */
    void submit(Caller caller, TenantId meant, Runnable task, Consumer<ApiError> refusal) {
        TenantId tenant = caller.tenant();
        if (!admits(tenant)) {
            refusal.accept(ApiError.tooMany("tenant " + tenant + " asks for more than " + limits.requestsPerSecond()
                    + " requests a second, its limit at this member (limit.requestsPerSecond): try again later"));
            return;
        }
        boolean operator = tenant.equals(TenantId.SYSTEM);
        Refused<Work> refused = offer(
                (operator ? OPERATORS : "tenants ") + homes.apply(meant),
                operator ? caller.user() : tenant.value(),
                new Work(tenant, task, refusal));
        if (refused != null) {
            refused.item().refusal().accept(ApiError.tooMany(why(refused)));
        }
        Job job = next();
        if (job != null) {
            threads.execute(() -> work(job));
        }
    }

    private String why(Refused<Work> refused) {
        return switch (refused.by()) {
            case FLOW ->
                "tenant " + refused.item().tenant() + " has " + bounds.waitingOfOne()
                        + " requests waiting, its limit at this member (four times limit.requests): try again later";
            case ALL ->
                "this member has " + bounds.waiting()
                        + " requests waiting, its limit (eight times limit.requests): try again later";
        };
    }

    private boolean admits(TenantId tenant) {
        synchronized (lock) {
            long now = System.nanoTime();
            boolean admitted = meter.admits(tenant, now);
            if (!admitted) {
                meter.rejected(tenant, now);
            }
            return admitted;
        }
    }

    private @Nullable Refused<Work> offer(String lane, String flow, Work work) {
        synchronized (lock) {
            Refused<Work> refused =
                    lanes.computeIfAbsent(lane, l -> new FairQueue<>(bounds)).offer(flow, work);
            if (refused != null) {
                meter.rejected(refused.item().tenant(), System.nanoTime());
            }
            return refused;
        }
    }

    private @Nullable Job next() {
        synchronized (lock) {
            if (closed || running >= MOST_LANES * limits.workers()) {
                return null;
            }
            for (Map.Entry<String, FairQueue<Work>> e : lanes.entrySet()) {
                Taken<Work> taken = e.getValue().take();
                if (taken != null) {
                    running++;
                    Job job = new Job(e.getKey(), taken);
                    lanes.put(job.lane, lanes.remove(job.lane));
                    return job;
                }
            }
            return null;
        }
    }

    /** Whoever ends a request makes room for one more at most, and goes on with that. */
    private void work(Job first) {
        for (Job job = first; job != null; job = next()) {
            long begun = System.nanoTime();
            try {
                job.taken.item().task().run();
            } catch (RuntimeException | Error e) {
                LOG.error("a request failed in an unexpected way", e);
                job.taken.item().refusal().accept(ApiError.internal());
            } finally {
                done(job, begun);
            }
        }
    }

    private void done(Job job, long begun) {
        synchronized (lock) {
            long now = System.nanoTime();
            running--;
            FairQueue<Work> lane = lanes.get(job.lane);
            lane.done(job.taken.flow(), now - begun);
            if (lane.isIdle()) {
                lanes.remove(job.lane);
            }
            meter.answered(job.taken.item().tenant(), now - begun, now);
        }
    }

    /** @param watches how many a tenant has */
    List<TenantUsage> usage(ToIntFunction<TenantId> watches) {
        synchronized (lock) {
            return meter.counts().stream()
                    .map(c -> new TenantUsage(
                            c.tenant(),
                            c.requests(),
                            c.rejected(),
                            Duration.ofNanos(c.nanos()),
                            sum(c.tenant(), FairQueue::running, FairQueue::running),
                            sum(c.tenant(), FairQueue::waiting, FairQueue::waiting),
                            watches.applyAsInt(c.tenant())))
                    .toList();
        }
    }

    private int sum(TenantId tenant, ToIntFunction<FairQueue<Work>> all, ToIntBiFunction<FairQueue<Work>, String> one) {
        boolean operator = tenant.equals(TenantId.SYSTEM);
        return lanes.entrySet().stream()
                .filter(e -> e.getKey().startsWith(OPERATORS) == operator)
                .mapToInt(e -> operator ? all.applyAsInt(e.getValue()) : one.applyAsInt(e.getValue(), tenant.value()))
                .sum();
    }

    void close() {
        synchronized (lock) {
            closed = true;
        }
        threads.shutdownNow();
        try {
            threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.kochab.partition.internal.remote;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.cluster.MemberCallException;
import org.kochab.spi.cluster.MemberCallException.Reason;
import org.kochab.spi.cluster.MemberCalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other members, as far as something connects this one to them: what does may come and go. Services stay declared and are served
 * whenever there is a connection. Thread-safe.
 */
public final class Peers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final int THREADS = 4;

    /** Room is left for calls that are answered at once. */
    private static final int MOST_LONG_CALLS = MemberCalls.MAX_CALLS * 3 / 4;

    private final String member;
    private final AnswerLimits limits;
    private final Map<String, MemberCalls.Handler> services = new TreeMap<>();
    private final Map<String, MemberCalls.Serving> served = new TreeMap<>();
    private final AtomicInteger longCalls = new AtomicInteger();
    private final ScheduledExecutorService executor;
    private volatile @Nullable MemberCalls calls;

    /** @param member this member's name */
    public Peers(String member) {
        this(member, AnswerLimits.DEFAULT);
    }

    /** @param member this member's name */
    public Peers(String member, AnswerLimits limits) {
        this(member, limits, threads());
    }

    /** @param executor shut down with this */
    public Peers(String member, ScheduledExecutorService executor) {
        this(member, AnswerLimits.DEFAULT, executor);
    }

    private Peers(String member, AnswerLimits limits, ScheduledExecutorService executor) {
        this.member = member;
        this.limits = limits;
        this.executor = executor;
    }

    private static ScheduledExecutorService threads() {
        AtomicInteger count = new AtomicInteger();
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(THREADS, run -> {
            Thread t = new Thread(run, "kochab-partition-remote-" + count.incrementAndGet());
            t.setDaemon(true);
            return t;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }

    public String member() {
        return member;
    }

    AnswerLimits limits() {
        return limits;
    }

    /** From now on the members are reached by this. */
    public synchronized void attach(MemberCalls newer) {
        if (calls != null) {
            LOG.warn("a second connection to the other members is ignored while the first is there");
            return;
        }
        if (!newer.member().equals(member)) {
            LOG.error(
                    "this member is named {} but connected as {}: give the store and the partitions the same member name;"
                            + " until then its partitions cannot be reached from other members",
                    member,
                    newer.member());
        }
        calls = newer;
        services.forEach((name, handler) -> served.put(name, newer.serve(name, handler)));
    }

    public synchronized void detach(MemberCalls gone) {
        if (calls == gone) {
            calls = null;
            served.values().forEach(MemberCalls.Serving::close);
            served.clear();
        }
    }

    /** Serves while there is a connection, for as long as this lives or until somebody else serves the same. */
    public synchronized void serve(String service, MemberCalls.Handler handler) {
        services.put(service, handler);
        MemberCalls now = calls;
        MemberCalls.Serving former = served.remove(service);
        if (former != null) {
            former.close();
        }
        if (now != null) {
            served.put(service, now.serve(service, handler));
        }
    }

    /** The members seen now, this one always included, by name. */
    public List<String> members() {
        MemberCalls now = calls;
        List<String> seen = now == null ? List.of() : now.members();
        return seen.contains(member) ? seen : List.of(member);
    }

    public boolean isSeen(String other) {
        MemberCalls now = calls;
        return now != null && now.members().contains(other);
    }

    /** As {@link MemberCalls#request}; without a connection nobody can be reached. */
    public CompletionStage<byte[]> request(String to, String service, byte[] payload, Duration timeout) {
        MemberCalls now = calls;
        return now == null
                ? CompletableFuture.failedFuture(new MemberCallException(
                        Reason.UNREACHABLE, "this member is not connected to member " + to + " now"))
                : now.request(to, service, payload, timeout);
    }

    /** A request whose answer may take its time; there are fewer of them than of others. */
    CompletionStage<byte[]> requestLong(String to, String service, byte[] payload, Duration timeout) {
        if (longCalls.incrementAndGet() > MOST_LONG_CALLS) {
            longCalls.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new MemberCallException(Reason.BUSY, "too many watches of other members' partitions"));
        }
        return request(to, service, payload, timeout).whenComplete((answer, failure) -> longCalls.decrementAndGet());
    }

    /** For what is too slow for the threads that calls arrive on. Tasks must not wait for other members. */
    public ScheduledExecutorService executor() {
        return executor;
    }

    /** Answers that are under way go out first, so that nobody waits for them until a time-out; at most a second. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            executor.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        MemberCalls now = calls;
        if (now != null) {
            detach(now);
        }
        executor.shutdownNow();
    }
}

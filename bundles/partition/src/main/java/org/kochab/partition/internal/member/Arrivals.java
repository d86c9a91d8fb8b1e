package org.kochab.partition.internal.member;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.kochab.api.partition.PartitionId;

/** Waits, without a thread, for partitions to be served. */
final class Arrivals {
    private static final Duration MOST = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 100;

    private final ScheduledExecutorService executor;
    private final Function<PartitionId, Optional<String>> leader;
    private final Runnable refresh;

    /**
     * @param leader who serves a partition, as far as it is known now
     * @param refresh begins to find out more
     */
    Arrivals(ScheduledExecutorService executor, Function<PartitionId, Optional<String>> leader, Runnable refresh) {
        this.executor = executor;
        this.leader = leader;
        this.refresh = refresh;
    }

    /** Completes when this member, or anybody if empty, serves it; fails with {@link IllegalStateException} after a minute. */
    CompletionStage<Void> led(PartitionId id, Optional<String> by) {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        long end = System.nanoTime() + MOST.toNanos();
        ScheduledFuture<?> looking = executor.scheduleWithFixedDelay(
                () -> {
                    Optional<String> now = leader.apply(id);
                    if (now.isPresent() && (by.isEmpty() || by.equals(now))) {
                        arrived.complete(null);
                    } else if (System.nanoTime() - end > 0) {
                        arrived.completeExceptionally(new IllegalStateException("partition '" + id
                                + "' is not served "
                                + by.map(m -> "by member '" + m + "' ").orElse("") + "within " + MOST.toSeconds()
                                + " s: kochab:partition-list shows how it is"));
                    } else {
                        refresh.run();
                    }
                },
                0,
                LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
        arrived.whenComplete((done, failure) -> looking.cancel(false));
        return arrived.minimalCompletionStage();
    }
}

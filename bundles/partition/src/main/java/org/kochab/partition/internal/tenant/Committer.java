package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;

/**
 * Calls a partition and waits for it: at most 30 seconds for an answer, at most 20 for a busy queue or a change of leader. Any thread.
 */
final class Committer {
    private static final Duration MOST = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final long STILL_ABSENT_NANOS = 5_000_000_000L;

    private final String name;
    private final Supplier<Optional<Partition>> partition;
    private final Duration patience;
    private final Clock clock;
    /** Since when nobody was found to lead it, and when that was last looked for; 0 while somebody does. */
    private volatile long absentSince;

    private volatile long absentAt;

    /**
     * @param name of the partition, for messages
     * @param partition asked again whenever the leader changed
     */
    Committer(String name, Supplier<Optional<Partition>> partition) {
        this(name, partition, Clock.REAL);
    }

    Committer(String name, Supplier<Optional<Partition>> partition, Clock clock) {
        this(name, partition, PATIENCE, clock);
    }

    private Committer(String name, Supplier<Optional<Partition>> partition, Duration patience, Clock clock) {
        this.name = name;
        this.partition = partition;
        this.patience = patience;
        this.clock = clock;
    }

    /** @param patience how long to wait for a leader */
    static Committer patient(String name, Supplier<Optional<Partition>> partition, Duration patience) {
        return patient(name, partition, patience, Clock.REAL);
    }

    static Committer patient(String name, Supplier<Optional<Partition>> partition, Duration patience, Clock clock) {
        return new Committer(name, partition, patience, clock);
    }

    /** For the leader's own work: ends with its leadership, waits for no other leader. */
    static Committer of(Partition led) {
        return of(led, Clock.REAL);
    }

    static Committer of(Partition led, Clock clock) {
        return new Committer(led.id().value(), () -> Optional.of(led), Duration.ZERO, clock);
    }

    /** @return {@code Committed}, {@code Conflict} or {@code Refused} */
    CommitResult commit(Transaction transaction) {
        return commitAll(List.of(transaction)).get(0);
    }

    /** Submits all before it waits for the first: they share commits to the store. @return {@code Committed}, {@code Conflict} or {@code Refused} each */
    List<CommitResult> commitAll(List<Transaction> transactions) {
        long end = clock.nanos() + MOST.toNanos();
        long patience = clock.nanos() + PATIENCE.toNanos();
        long leaderPatience = clock.nanos() + this.patience.toNanos();
        List<CompletionStage<CommitResult>> stages = new ArrayList<>(transactions.size());
        Partition leader = leader(leaderPatience);
        for (Transaction t : transactions) {
            stages.add(leader.submit(t));
        }
        List<CommitResult> results = new ArrayList<>(transactions.size());
        for (int i = 0; i < stages.size(); i++) {
            CommitResult result = await(stages.get(i), end);
            while (isPassing(result)) {
                pause(result, result instanceof CommitResult.Busy ? patience : leaderPatience);
                result = await(leader(leaderPatience).submit(transactions.get(i)), end);
            }
            if (result instanceof CommitResult.Unknown u) {
                throw new ResourceException(
                        Reason.UNKNOWN,
                        "partition " + name + " gave no answer (" + u.reason()
                                + "): it may or may not be done; read to find out");
            }
            results.add(result);
        }
        return results;
    }

    private static boolean isPassing(CommitResult result) {
        return result instanceof CommitResult.Busy || result instanceof CommitResult.NotLeader;
    }

    private void pause(CommitResult result, long until) {
        if (clock.nanos() > until) {
            throw result instanceof CommitResult.Busy
                    ? new ResourceException(Reason.BUSY, "partition " + name + " is overloaded; try again shortly")
                    : unavailable();
        }
        Duration wait = result instanceof CommitResult.Busy busy ? busy.retryAfter() : PAUSE;
        park(wait.compareTo(PAUSE) > 0 ? PAUSE : wait);
    }

    private void park(Duration wait) {
        clock.pause(wait);
        if (Thread.currentThread().isInterrupted()) {
            throw new ResourceException(Reason.UNAVAILABLE, "interrupted while waiting for a partition; try again");
        }
    }

    private CommitResult await(CompletionStage<CommitResult> stage, long end) {
        try {
            return stage.toCompletableFuture().get(Math.max(1, end - clock.nanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException(
                    Reason.UNKNOWN,
                    "interrupted while waiting for partition " + name + "; read to find out what happened");
        } catch (TimeoutException e) {
            throw new ResourceException(
                    Reason.UNKNOWN,
                    "partition " + name + " did not answer within " + MOST.toSeconds()
                            + " s: it may or may not be done; read to find out");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a commit failed in an unexpected way", e.getCause());
        }
    }

    private Partition leader(long until) {
        while (true) {
            Optional<Partition> found = partition.get();
            if (found.isPresent()) {
                absentSince = 0;
                return found.get();
            }
            long now = clock.nanos();
            if (now > until || isLongAbsent(now)) {
                throw unavailable();
            }
            park(PAUSE);
        }
    }

    /** Whether somebody has waited in vain before, until just now: one wait is enough for all. */
    private boolean isLongAbsent(long now) {
        boolean isKnown = absentSince != 0 && now - absentAt < STILL_ABSENT_NANOS;
        absentSince = isKnown ? absentSince : now;
        absentAt = now;
        return now - absentSince > patience.toNanos();
    }

    /** Reads, again if the leader changed meanwhile. */
    <T> T read(Function<Partition, T> read) {
        long until = clock.nanos() + patience.toNanos();
        while (true) {
            try {
                return read.apply(leader(until));
            } catch (NotLeaderException e) {
                if (clock.nanos() > until) {
                    throw unavailable();
                }
                park(PAUSE);
            }
        }
    }

    private ResourceException unavailable() {
        return new ResourceException(
                Reason.UNAVAILABLE,
                "partition " + name + " cannot be reached now; see kochab:partition-list and try again");
    }
}

package org.kochab.identity.internal.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;

/** Reads and changes the directory, wherever it is led, and waits for that: at most 10 seconds for a leader, as long again for an answer. Any thread. */
final class DirectoryCalls {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int PAGE = 1_000;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Supplier<Optional<Partition>> directory;
    private final LongConsumer known;

    DirectoryCalls(Supplier<Optional<Partition>> directory) {
        this(directory, revision -> {});
    }

    /** @param known waits until this member knows what the directory has at a revision, or does not wait any longer */
    DirectoryCalls(Supplier<Optional<Partition>> directory, LongConsumer known) {
        this.directory = directory;
        this.known = known;
    }

    <T> T read(Function<Partition, T> read) {
        long until = System.nanoTime() + MOST_NANOS;
        while (true) {
            try {
                return read.apply(leader(until));
            } catch (NotLeaderException e) {
                pause(PAUSE, until);
            }
        }
    }

    /**
     * Every entry below a prefix, all as of one revision.
     *
     * @return that revision
     */
    static long each(Partition led, String prefix, Consumer<Entry> seen) throws GoneException {
        ListPage page = led.list(prefix, PAGE);
        while (true) {
            page.entries().forEach(seen);
            if (page.next().isEmpty()) {
                return page.revision();
            }
            page = led.list(prefix, PAGE, page.next().get());
        }
    }

    /** @return whether it was done; if not, a precondition did not hold */
    boolean commit(Transaction transaction) {
        long until = System.nanoTime() + MOST_NANOS;
        while (true) {
            CommitResult result = submit(leader(until), transaction);
            if (result instanceof CommitResult.Committed committed) {
                known.accept(committed.revision());
                return true;
            } else if (result instanceof CommitResult.Conflict) {
                return false;
            } else if (result instanceof CommitResult.Unknown unknown) {
                throw new ResourceException(
                        Reason.UNKNOWN,
                        "the directory gave no answer (" + unknown.reason()
                                + "): it may or may not be done; look before you try again");
            }
            pause(result instanceof CommitResult.Busy busy ? busy.retryAfter() : PAUSE, until);
        }
    }

    private static CommitResult submit(Partition leader, Transaction transaction) {
        try {
            return leader.submit(transaction).toCompletableFuture().get(MOST_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new CommitResult.Unknown("it took too long");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CommitResult.Unknown("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a commit failed in an unexpected way", e.getCause());
        }
    }

    private Partition leader(long until) {
        while (true) {
            Optional<Partition> found = directory.get();
            if (found.isPresent()) {
                return found.get();
            }
            pause(PAUSE, until);
        }
    }

    private static void pause(Duration time, long until) {
        if (System.nanoTime() > until) {
            throw new ResourceException(
                    Reason.UNAVAILABLE, "the directory cannot be reached now; see kochab:partition-list and try again");
        }
        try {
            TimeUnit.NANOSECONDS.sleep(Math.min(time.toNanos(), PAUSE.toNanos()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException(Reason.UNAVAILABLE, "interrupted while waiting for the directory; try again");
        }
    }
}

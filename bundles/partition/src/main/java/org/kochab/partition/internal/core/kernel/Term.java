package org.kochab.partition.internal.core.kernel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.Transaction;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.PartitionStore;

/**
 * One leadership of one partition: from the lease to its end. The writer steps it; {@link #submit} and the reads of its
 * {@link LedPartition} are for any thread.
 */
final class Term {
    /** What a caller is told to wait when the queue is full, or the store refused. */
    static final Duration BUSY = Duration.ofMillis(50);

    static final Duration REFUSED = Duration.ofSeconds(1);

    /** A store has to answer within 30 seconds; one that has not by now never will. */
    static final long ANSWER_NANOS = Duration.ofSeconds(40).toNanos();

    /** How a stage's answer comes back to the writer. */
    interface Answers {
        <T> void take(CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> then);
    }

    private record InFlight(Group group, CommitBatch batch) {}

    final PartitionSpec spec;
    final long epoch;
    final State state = new State();
    final Feed feed;
    final KernelLimits limits;
    final CommitRules rules;
    private final NanoClock clock;
    private PartitionStore store;
    private final Answers answers;
    private final Runnable wake;
    private final SubmitQueue queue;

    /** The lease is ours until then; moved on by renewals. */
    private volatile long validUntil;

    private volatile boolean ended;
    private volatile boolean expired;
    private @Nullable InFlight inFlight;
    private int attempts;
    private boolean attemptRunning;
    /** When to try again, or to give up waiting. */
    private long attemptDue;

    private @Nullable String failure;
    /** While set nothing new goes to the store; what is submitted waits. */
    private boolean paused;
    /** What is being done with the partition, for the operator. */
    private volatile String doing = "";
    /** Told of every change before it can be seen. */
    private @Nullable StoreCopy copy;

    Term(
            PartitionSpec spec,
            long epoch,
            long validUntil,
            PartitionStore store,
            KernelLimits limits,
            NanoClock clock,
            Answers answers,
            Runnable wake,
            CommitRules rules) {
        this.spec = spec;
        this.epoch = epoch;
        this.validUntil = validUntil;
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        this.answers = answers;
        this.wake = wake;
        this.rules = rules;
        this.feed = new Feed(spec.id(), state, limits);
        this.queue = new SubmitQueue(limits.queueTransactions(), limits.queueBytes());
    }

    /**
     * Any thread: whether this member may answer for the partition at this moment. Once it may not it never may again: who was told so has
     * gone away, and a renewal whose answer comes late must not bring a leadership back that nobody carries out any more.
     */
    boolean isValid() {
        if (ended || expired) {
            return false;
        }
        if (clock.nanos() - validUntil < 0) {
            return true;
        }
        expired = true;
        return false;
    }

    void validUntil(long nanos) {
        validUntil = nanos;
    }

    long validUntil() {
        return validUntil;
    }

    /** Any thread. */
    CompletionStage<CommitResult> submit(Transaction transaction) {
        Pending pending = Pending.of(transaction, rules.owner(transaction), limits);
        if (!isValid()) {
            return CompletableFuture.completedFuture(notLeader());
        }
        switch (queue.offer(pending)) {
            case FIRST -> wake.run();
            case FULL -> pending.complete(new CommitResult.Busy(BUSY));
            case CLOSED -> pending.complete(notLeader());
            case TAKEN -> {}
        }
        return pending;
    }

    private CommitResult notLeader() {
        return new CommitResult.NotLeader(spec.id());
    }

    /** Writer: while paused, what is submitted waits in the queue. */
    void pause(boolean on) {
        paused = on;
    }

    /** Writer, while nothing is being committed: commits go there from now on. */
    void use(PartitionStore next) {
        store = next;
    }

    void doing(String what) {
        doing = what;
    }

    /** Any thread. */
    String doing() {
        return doing;
    }

    /** Writer: who is told of changes from now on. */
    void tell(@Nullable StoreCopy next) {
        copy = next;
    }

    /** Why this leadership cannot go on; null while it can. */
    @Nullable
    String failure() {
        return failure;
    }

    boolean isCommitting() {
        return inFlight != null;
    }

    /** Writer: starts a commit if none is under way, or tries one again. */
    void advance(long now) {
        InFlight running = inFlight;
        if (running == null) {
            if (!ended && !paused && failure == null && !queue.isEmpty()) {
                begin();
            }
        } else if (now - attemptDue >= 0) {
            if (attemptRunning) {
                unknown("the store did not answer within "
                        + Duration.ofNanos(ANSWER_NANOS).toSeconds() + " s");
            } else {
                attempt(running);
            }
        }
    }

    private void begin() {
        List<Pending> taken = queue.take(limits.batchTransactions(), limits.batchBytes());
        // The clock once more, after the last transaction was taken: a conflict is answered from memory, like a read.
        if (!isValid()) {
            taken.forEach(p -> p.complete(notLeader()));
            return;
        }
        Group group = new Group(state, taken, rules);
        if (group.isEmpty()) {
            group.answer();
            return;
        }
        InFlight next = new InFlight(group, group.batch(spec.id().value(), epoch));
        inFlight = next;
        attempts = 0;
        attempt(next);
    }

    private void attempt(InFlight running) {
        attempts++;
        int attempt = attempts;
        attemptRunning = true;
        attemptDue = clock.nanos() + ANSWER_NANOS;
        CompletionStage<CommitOutcome> stage;
        try {
            stage = store.commit(running.batch);
        } catch (RuntimeException e) {
            stage = CompletableFuture.completedFuture(new CommitOutcome.Unknown(e.toString()));
        }
        answers.take(stage, (outcome, error) -> {
            if (inFlight == running && attempts == attempt && attemptRunning) {
                settle(running, outcome == null ? new CommitOutcome.Unknown(String.valueOf(error)) : outcome);
            }
        });
    }

    private void settle(InFlight running, CommitOutcome outcome) {
        attemptRunning = false;
        if (outcome instanceof CommitOutcome.Done) {
            inFlight = null;
            try {
                running.group.keep();
                if (!ended) {
                    if (copy != null) {
                        copy.changed(running.group.changes());
                    }
                    feed.publish(running.group);
                }
            } finally {
                // It is durable, whatever happens here.
                running.group.answer();
            }
        } else if (outcome instanceof CommitOutcome.Unknown unknown) {
            if (attempts < limits.commitAttempts()) {
                attemptDue = clock.nanos() + limits.commitRetry().toNanos() * attempts;
            } else {
                unknown(unknown.reason());
            }
        } else if (attempts > 1 && !(outcome instanceof CommitOutcome.Fenced)) {
            // An earlier attempt may have been written; this answer says nothing about it.
            unknown("the store answered " + outcome + " to a repeated commit");
        } else if (outcome instanceof CommitOutcome.Refused refused) {
            inFlight = null;
            running.group.answer(result -> new CommitResult.Busy(REFUSED));
        } else {
            inFlight = null;
            failure = outcome instanceof CommitOutcome.Fenced fenced
                    ? "another leader has epoch " + fenced.currentEpoch()
                    : "the store is at another revision: " + outcome;
            running.group.answer(result -> notLeader());
        }
    }

    private void unknown(String reason) {
        InFlight lost = inFlight;
        inFlight = null;
        attemptRunning = false;
        failure = "the outcome of a commit is not known: " + reason;
        if (lost != null) {
            lost.group.answer(result ->
                    result instanceof CommitResult.Committed ? new CommitResult.Unknown(reason) : notLeader());
        }
    }

    /** When {@link #advance} has something to do next, as far as it is known. */
    long due(long now) {
        if (inFlight != null) {
            return attemptDue;
        }
        return queue.isEmpty() || ended || paused ? Long.MAX_VALUE : now;
    }

    /** Writer: ends the leadership for all who use it. A commit under way goes on to its true answer: {@link #advance} it until then. */
    void end() {
        if (!ended) {
            ended = true;
            queue.close().forEach(p -> p.complete(notLeader()));
            feed.end();
        }
    }
}

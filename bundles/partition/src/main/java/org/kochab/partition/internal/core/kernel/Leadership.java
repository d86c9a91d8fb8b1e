package org.kochab.partition.internal.core.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;

/**
 * One member's part in leading one partition: watches the lease, takes it when it may, loads the state, serves, renews, and stops
 * before the lease ends. Whoever runs it calls {@link #step} on one thread at a time: after each wake, and when the time returned by
 * the last step is over.
 *
 * <p>A contender takes a lease over that it has seen unchanged for its whole time to live, that was given back, or that bears its own
 * name: member names are unique, so that is what a crash of this member left, or what a leader handed over to it. A contender that is
 * not the preferred one waits a little longer for a lease that is not its own, which spreads partitions and is no more than that. A leader counts its lease from before it asked for
 * it, and ends a fifth early, so that clocks running at slightly different speed do no harm.
 */
public final class Leadership {
    /** What its runner learns, on the stepping thread, in this order for each leadership. */
    public interface Listener {
        /** The partition is loaded and served from now on. */
        void leads(LedPartition partition);

        /** The partition is not served any more; its calls already fail. */
        void ended(LedPartition partition, String why);

        /**
         * The lease in store {@code here} says that store {@code other} decides about the partition: its leader has moved it, or has ended
         * while it did so; see {@link Seals#settle}. Said again until nobody looks for it here.
         */
        default void isElsewhere(PartitionId partition, String here, String other) {}

        /** This leader cannot move it there; {@link LedPartition#doing} says why. */
        default void notMoved(PartitionId partition, String to) {}
    }

    /**
     * How it stands.
     *
     * @param state as {@link org.kochab.api.partition.PartitionStatus#state}
     * @param leader as far as this member has seen; empty if unknown
     */
    public record Standing(String state, Optional<String> leader, long epoch, String message) {}

    private enum Phase {
        FOLLOWING,
        LOADING,
        SERVING,
        RETURNING,
        STOPPED
    }

    private final PartitionSpec spec;
    private final String member;
    private final KernelLimits limits;
    private final NanoClock clock;
    private final Runnable wake;
    private final Supplier<CommitRules> rules;
    private final Listener listener;
    private final LeaseSight sight;
    private final long ttl;
    private final StoreCalls calls;
    private final List<Term> orphans = new ArrayList<>();
    private final StoreMoves moves;

    private Phase phase = Phase.FOLLOWING;
    private @Nullable Term term;
    private @Nullable LedPartition led;
    private long nextLook;
    private LeaseRecord held = new LeaseRecord(0, "", 0, 1);
    private boolean renewing;
    private long nextRenewal;
    private long nextBookmark;
    private volatile PartitionStore store;
    private volatile boolean stopping;
    private volatile @Nullable String heir;
    private volatile Standing standing;

    /**
     * @param wake called on any thread whenever a step is needed; must return at once
     * @param patience nanoseconds to leave to others before a lease is taken that is free; asked on the stepping thread
     */
    public Leadership(
            PartitionSpec spec,
            String member,
            PartitionStore store,
            KernelLimits limits,
            NanoClock clock,
            Runnable wake,
            Listener listener,
            LongSupplier patience) {
        this(spec, member, store, limits, clock, wake, listener, patience, () -> CommitRules.NONE);
    }

    /** @param rules those of one leadership */
    public Leadership(
            PartitionSpec spec,
            String member,
            PartitionStore store,
            KernelLimits limits,
            NanoClock clock,
            Runnable wake,
            Listener listener,
            LongSupplier patience,
            Supplier<CommitRules> rules) {
        this.rules = rules;
        this.sight = new LeaseSight(member, patience);
        this.spec = spec;
        this.member = member;
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        this.wake = wake;
        this.calls = new StoreCalls(clock, wake);
        this.moves = new StoreMoves(member, clock, calls);
        this.listener = listener;
        this.ttl = limits.leaseTtl().toNanos();
        this.nextLook = clock.nanos();
        this.standing = new Standing("Starting", Optional.empty(), 0, "looking for the lease");
    }

    /** Any thread. */
    public Standing standing() {
        return standing;
    }

    /** Any thread: asks for an orderly end. The lease is given back, so that another member can take over at once. */
    public void stop() {
        stopping = true;
        wake.run();
    }

    /** Any thread: asks for the partition to be given to another member, after what is under way. Does nothing unless this one serves it. */
    public void handOver(String member) {
        heir = member;
        wake.run();
    }

    /** Revisions that were, or may have been, taken by moves for nothing. */
    long spent() {
        return moves.spent();
    }

    /** Any thread: the store that this member reads the partition from, or last did. */
    public PartitionStore store() {
        return store;
    }

    /** Any thread: asks for the partition to be moved to another store whenever this member leads it; null if it is to stay. */
    public void moveTo(@Nullable PartitionStore to) {
        moves.want(to);
        wake.run();
    }

    /** Stepping thread: after a step threw. What was waiting is answered, and the partition is loaded anew. */
    public void abort(String why) {
        if (phase != Phase.STOPPED) {
            abandon(why);
        }
    }

    /** Whether the orderly end is complete. */
    public boolean isStopped() {
        return phase == Phase.STOPPED && orphans.isEmpty();
    }

    /**
     * Does what is due; at most one commit is begun.
     *
     * @return nanoseconds until the next step is due if nothing wakes it earlier; 0 if there is more to do now
     */
    public long step() {
        calls.deliver();
        long now = clock.nanos();
        orphans.forEach(t -> t.advance(now));
        orphans.removeIf(t -> !t.isCommitting());
        if (calls.isOverdue(now)) {
            abandon("the store did not answer");
        }
        boolean cuttingOver = moves.isCuttingOver();
        if (stopping && !cuttingOver && phase != Phase.RETURNING && phase != Phase.STOPPED) {
            beginReturn("this member stops leading it in order");
        } else if (heir != null && !cuttingOver && phase == Phase.SERVING) {
            beginReturn("it is handed over to " + heir);
        } else if (phase == Phase.FOLLOWING) {
            heir = null;
        }
        switch (phase) {
            case FOLLOWING -> look(now);
            case LOADING, SERVING -> lead(now);
            case RETURNING -> giveBack(now);
            case STOPPED -> {}
        }
        if (calls.hasAnswers()) {
            return 0;
        }
        long due = due(now);
        return due == Long.MAX_VALUE ? due : Math.max(0, due - now);
    }

    private long due(long now) {
        long due = calls.isAwaiting() ? calls.awaitedUntil() : Long.MAX_VALUE;
        for (Term t : orphans) {
            due = Math.min(due, t.due(now));
        }
        Term t = term;
        if (phase == Phase.FOLLOWING && !calls.isAwaiting()) {
            due = Math.min(due, nextLook);
        } else if (t != null && phase == Phase.RETURNING) {
            due = Math.min(due, t.due(now));
            if (renewing && t.validUntil() - now > 0) {
                due = Math.min(due, t.validUntil());
            }
        } else if (t != null) {
            due = Math.min(due, t.validUntil());
            if (!renewing && !moves.isCuttingOver()) {
                due = Math.min(due, nextRenewal);
            }
            if (phase == Phase.SERVING) {
                due = Math.min(due, Math.min(nextBookmark, Math.min(moves.due(), t.due(now))));
            }
        }
        return due;
    }

    private void look(long now) {
        if (calls.isAwaiting() || now - nextLook < 0) {
            return;
        }
        calls.ask(() -> store.lease(spec.id().value()), (record, error) -> {
            long at = clock.nanos();
            nextLook = at + ttl / 8;
            if (record == null) {
                standing = new Standing(
                        "Unavailable",
                        Optional.empty(),
                        0,
                        "the store " + store.name() + " does not say who leads: " + reason(error));
                return;
            }
            consider(record.orElse(null), at);
        });
    }

    private void consider(@Nullable LeaseRecord record, long at) {
        if (record != null && isElsewhere(record, at)) {
            return;
        }
        long due = sight.due(record, at);
        if (at - due >= 0) {
            acquire(record);
            return;
        }
        nextLook = at + Math.min(nextLook - at, due - at);
        standing = record == null || LeaseSight.isFree(record)
                ? new Standing("Starting", Optional.empty(), 0, "the lease is free; another member is to take it first")
                : new Standing("Follower", Optional.of(record.owner()), record.epoch(), "led by " + record.owner());
    }

    /** Whether another store decides about the partition. A leader that is just making it so has the time of its lease for that. */
    private boolean isElsewhere(LeaseRecord record, long at) {
        Optional<String> moved = Seals.movedTo(record);
        Optional<String> copied = Seals.copyOf(record);
        if (moved.isEmpty() && copied.isEmpty()) {
            return false;
        }
        String other = moved.or(() -> copied).orElseThrow();
        standing = new Standing(
                "Unavailable",
                Optional.empty(),
                record.epoch(),
                moved.isPresent()
                        ? "it was moved to store " + other + "; the directory is told"
                        : "store " + store.name() + " has only a copy of it; store " + other + " decides");
        if (at - sight.since(record, at) >= ttl) {
            listener.isElsewhere(spec.id(), store.name(), other);
        }
        return true;
    }

    private void acquire(@Nullable LeaseRecord before) {
        LeaseRecord mine = new LeaseRecord(
                before == null ? 1 : before.epoch() + 1,
                member,
                0,
                limits.leaseTtl().toMillis());
        long asked = clock.nanos();
        calls.ask(
                () -> store.compareAndSetLease(spec.id().value(), Optional.ofNullable(before), mine),
                (taken, error) -> {
                    if (Boolean.TRUE.equals(taken)) {
                        begin(mine, asked);
                    } else {
                        // Lost to another, or not known: the next look tells.
                        nextLook = error == null ? clock.nanos() : clock.nanos() + ttl / 8;
                    }
                });
    }

    private void begin(LeaseRecord mine, long asked) {
        held = mine;
        sight.forget();
        moves.forget();
        renewing = false;
        nextRenewal = asked + ttl / 4;
        Term t = new Term(spec, mine.epoch(), validity(asked), store, limits, clock, calls, wake, rules.get());
        term = t;
        phase = Phase.LOADING;
        standing = new Standing("Starting", Optional.of(member), mine.epoch(), "loading");
        calls.ask(
                () -> store.load(spec.id().value(), put -> {
                    Entry entry = StoredValue.decode(put);
                    t.state.load(entry);
                }),
                (revision, error) -> {
                    if (term != t) {
                        return;
                    }
                    if (revision == null) {
                        abandon("the partition could not be loaded: " + reason(error));
                        return;
                    }
                    t.state.loaded(revision);
                    LedPartition partition = new LedPartition(t);
                    led = partition;
                    phase = Phase.SERVING;
                    nextBookmark = clock.nanos() + limits.bookmarkInterval().toNanos();
                    standing = new Standing("Serving", Optional.of(member), t.epoch, "");
                    listener.leads(partition);
                });
    }

    private long validity(long asked) {
        return asked + ttl - ttl / 5;
    }

    private void lead(long now) {
        Term t = term;
        if (t == null) {
            return;
        }
        if (!t.isValid()) {
            stepDown("the lease could not be renewed in time");
            return;
        }
        if (!renewing && now - nextRenewal >= 0 && !moves.isCuttingOver()) {
            renew(t);
        }
        if (phase == Phase.SERVING) {
            t.advance(now);
            String failure = t.failure();
            if (failure != null) {
                stepDown(failure);
                return;
            }
            if (now - nextBookmark >= 0) {
                nextBookmark = now + limits.bookmarkInterval().toNanos();
                t.feed.bookmark();
            }
            move(t, now);
        }
    }

    private void move(Term t, long now) {
        StoreMove over = moves.step(t, store, held, !renewing && t.validUntil() - now > ttl / 2, now);
        if (over == null) {
            return;
        }
        LeaseSwap swap = over.over();
        if (swap == null) {
            listener.notMoved(spec.id(), over.to().name());
        } else if (swap.outcome() == LeaseSwap.Outcome.LOST) {
            stepDown("another member decides about it since it was being moved to store "
                    + over.to().name());
        } else {
            held = swap.held();
            t.validUntil(validity(swap.asked()));
            nextRenewal = swap.asked() + ttl / 4;
            if (swap.outcome() == LeaseSwap.Outcome.SWITCHED) {
                String left = store.name();
                store = over.to();
                t.use(store);
                listener.isElsewhere(spec.id(), left, store.name());
            }
        }
    }

    private void renew(Term t) {
        renewing = true;
        LeaseRecord next = new LeaseRecord(held.epoch(), member, held.renewal() + 1, held.ttlMillis());
        long asked = clock.nanos();
        calls.take(
                StoreCalls.call(() -> store.compareAndSetLease(spec.id().value(), Optional.of(held), next)),
                (done, error) -> {
                    if (term != t) {
                        return;
                    }
                    if (Boolean.TRUE.equals(done)) {
                        held = next;
                        renewing = false;
                        t.validUntil(validity(asked));
                        nextRenewal = asked + ttl / 4;
                    } else {
                        lookAgain(t);
                    }
                });
    }

    /** A renewal failed or has no answer. If the lease is still of our epoch, go on from what it says, without counting that as a renewal. */
    private void lookAgain(Term t) {
        calls.take(StoreCalls.call(() -> store.lease(spec.id().value())), (record, error) -> {
            if (term != t) {
                return;
            }
            renewing = false;
            nextRenewal = clock.nanos() + ttl / 16;
            if (record == null) {
                return;
            }
            LeaseRecord now = record.orElse(null);
            if (now == null || now.epoch() != t.epoch) {
                stepDown("another member took the lease");
            } else {
                held = now;
            }
        });
    }

    private void stepDown(String why) {
        abandon(why);
        nextLook = clock.nanos();
    }

    private void abandon(String why) {
        moves.forget();
        Term t = term;
        LedPartition partition = led;
        term = null;
        led = null;
        calls.forget();
        renewing = false;
        nextLook = clock.nanos() + ttl / 8;
        phase = phase == Phase.RETURNING && stopping ? Phase.STOPPED : Phase.FOLLOWING;
        standing = new Standing("Unavailable", Optional.empty(), t == null ? 0 : t.epoch, why);
        if (t != null) {
            t.end();
            if (t.isCommitting()) {
                orphans.add(t);
            }
        }
        if (partition != null) {
            listener.ended(partition, why);
        }
    }

    private void beginReturn(String why) {
        moves.forget();
        Term t = term;
        if (t == null) {
            calls.forget();
            phase = Phase.STOPPED;
            standing = new Standing("Unavailable", Optional.empty(), 0, "stopped");
            return;
        }
        phase = Phase.RETURNING;
        calls.forget();
        LedPartition partition = led;
        led = null;
        t.end();
        standing = new Standing("Unavailable", Optional.empty(), t.epoch, why);
        if (partition != null) {
            listener.ended(partition, why);
        }
    }

    /** After the last commit has its answer, so that the next leader's load cannot miss it: the lease's epoch is still ours. */
    private void giveBack(long now) {
        Term t = term;
        if (t == null) {
            return;
        }
        t.advance(now);
        if (t.isCommitting() || renewing && t.validUntil() - now > 0) {
            return;
        }
        if (!calls.isAwaiting()) {
            String next = stopping || heir == null ? "" : heir;
            LeaseRecord free = new LeaseRecord(held.epoch(), next, held.renewal() + 1, held.ttlMillis());
            calls.ask(() -> store.compareAndSetLease(spec.id().value(), Optional.of(held), free), (done, error) -> {
                returned(t);
            });
        }
    }

    private void returned(Term t) {
        term = null;
        phase = stopping ? Phase.STOPPED : Phase.FOLLOWING;
        nextLook = clock.nanos() + ttl / 16;
        standing = new Standing("Unavailable", Optional.empty(), t.epoch, stopping ? "stopped" : "handed over");
    }

    static String reason(@Nullable Throwable error) {
        return error == null ? "no answer" : String.valueOf(error.getMessage());
    }
}

package org.kochab.partition.internal.core.kernel;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;

/**
 * Seals the lease of one store and takes that of another, which has become whole: between the two, nobody leads the partition. Whatever answers are
 * lost, in the end it is known whether the seal is there.
 */
final class LeaseSwap {
    enum Outcome {
        NONE,
        /** The new store's lease is {@link #held}. */
        SWITCHED,
        /** The old store's lease is {@link #held}, renewed: it is not sealed and will not be. */
        RESUMED,
        /** Somebody else decides about the partition now. */
        LOST
    }

    private enum Step {
        SEAL,
        LOOK,
        TAKE
    }

    private static final long RETRY_NANOS = Duration.ofMillis(250).toNanos();

    private final Term term;
    private final String member;
    private final PartitionStore from;
    private final PartitionStore to;
    private final LeaseRecord before;
    private final LeaseRecord copy;
    private final NanoClock clock;
    private final Asking asking;
    private Step step = Step.SEAL;
    private Outcome outcome = Outcome.NONE;
    private LeaseRecord held;
    private long asked;

    /**
     * @param before the lease held in {@code from}
     * @param copy the lease held in {@code to}
     */
    LeaseSwap(
            Term term,
            String member,
            PartitionStore from,
            LeaseRecord before,
            PartitionStore to,
            LeaseRecord copy,
            NanoClock clock,
            Asking asking) {
        this.term = term;
        this.member = member;
        this.from = from;
        this.to = to;
        this.before = before;
        this.copy = copy;
        this.clock = clock;
        this.asking = asking;
        this.held = before;
    }

    Outcome outcome() {
        return outcome;
    }

    LeaseRecord held() {
        return held;
    }

    /** When the lease that is held was asked for. */
    long asked() {
        return asked;
    }

    void step() {
        switch (step) {
            case SEAL -> seal();
            case LOOK -> look();
            case TAKE -> take();
        }
    }

    private String id() {
        return term.spec.id().value();
    }

    /** The decision. */
    private void seal() {
        asking.ask(
                () -> from.compareAndSetLease(id(), Optional.of(before), Seals.moved(before, to.name())),
                (done, error) -> step = Boolean.TRUE.equals(done) ? Step.TAKE : Step.LOOK);
    }

    private void look() {
        asking.ask(() -> from.lease(id()), (record, error) -> {
            LeaseRecord there = record == null ? null : record.orElse(null);
            if (record == null) {
                asking.pause(RETRY_NANOS);
            } else if (there == null || there.epoch() != term.epoch) {
                outcome = Outcome.LOST;
            } else if (there.equals(Seals.moved(before, to.name()))) {
                step = Step.TAKE;
            } else {
                renew(there);
            }
        });
    }

    /** A seal that is still on its way then comes too late. */
    private void renew(LeaseRecord there) {
        LeaseRecord next = mine(there);
        long at = clock.nanos();
        asking.ask(() -> from.compareAndSetLease(id(), Optional.of(there), next), (done, error) -> {
            if (Boolean.TRUE.equals(done)) {
                over(Outcome.RESUMED, next, at);
            } else if (error != null) {
                asking.pause(RETRY_NANOS);
            }
        });
    }

    private LeaseRecord mine(LeaseRecord there) {
        return new LeaseRecord(
                term.epoch, member, there.renewal() + 1, term.limits.leaseTtl().toMillis());
    }

    private void take() {
        LeaseRecord mine = mine(copy);
        long at = clock.nanos();
        asking.ask(() -> to.compareAndSetLease(id(), Optional.of(copy), mine), (done, error) -> {
            if (Boolean.TRUE.equals(done)) {
                over(Outcome.SWITCHED, mine, at);
            } else {
                asking.ask(() -> to.lease(id()), (record, failure) -> taken(record, mine, at));
            }
        });
    }

    private void taken(@Nullable Optional<LeaseRecord> record, LeaseRecord mine, long at) {
        if (record == null || record.equals(Optional.of(copy))) {
            asking.pause(RETRY_NANOS);
        } else if (record.equals(Optional.of(mine))) {
            over(Outcome.SWITCHED, mine, at);
        } else {
            outcome = Outcome.LOST;
        }
    }

    private void over(Outcome how, LeaseRecord lease, long at) {
        held = lease;
        asked = at;
        outcome = how;
    }
}

package org.kochab.partition.internal.core.kernel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;

/**
 * Moves a partition to another store while it is led. The leader has the whole state in memory, so nothing is read from the old store:
 * all keys are written to the new one while commits go on, then those that changed meanwhile, again and again until few are left, as a
 * virtual machine's memory is moved ("pre-copy", Clark et al., NSDI 2005). Before the end all is read back and compared. Then the leader
 * pauses its commits, writes the rest, and {@link #cutOver cuts over}: the old store's lease is sealed, which decides, and the new
 * store's lease is taken.
 *
 * <p>The new store is written under the leader's own epoch and a lease that nobody may take. A leader that begins anew takes that over
 * and writes only what differs. All on the stepping thread.
 */
final class StoreMove {
    /** So many changed keys may be left for the pause. */
    private static final int FEW = 500;
    /** After so many rounds that did not get below it, twice as many may be left. */
    private static final int ROUNDS = 20;

    /** A new store that does not take the rest in this time is tried again later, while commits go on. */
    private static final long MOST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

    private enum Phase {
        CLAIMING,
        COMPARING,
        COPYING,
        VERIFYING,
        CATCHING_UP,
        FAILED,
        // From here on the leader's commits wait.
        FINISHING,
        SWAPPING
    }

    private final Term term;
    private final String member;
    private final PartitionStore from;
    private final PartitionStore to;
    private final NanoClock clock;
    private final Asking asking;
    private final StoreCopy copy;

    private Phase phase = Phase.CLAIMING;
    private String message = "";
    private int rounds;
    private boolean verified;
    private long pausedAt;
    /** The new store's lease, under which the copy is made. */
    private LeaseRecord lease = new LeaseRecord(0, "", 0, 1);

    private @Nullable LeaseSwap swap;

    /** @param issued the highest revision that this leadership has ever written there itself; 0 if none */
    StoreMove(
            Term term,
            String member,
            PartitionStore from,
            PartitionStore to,
            NanoClock clock,
            Term.Answers answers,
            long issued) {
        this.term = term;
        this.member = member;
        this.from = from;
        this.to = to;
        this.clock = clock;
        this.asking = new Asking(clock, answers);
        this.copy = new StoreCopy(term, to, asking, issued, new Copied());
    }

    private final class Copied implements StoreCopy.Outcome {
        @Override
        public void done() {
            message = "";
            switch (phase) {
                case COMPARING -> phase = Phase.COPYING;
                case COPYING -> phase = Phase.CATCHING_UP;
                case VERIFYING -> {
                    verified = true;
                    rounds = 0;
                    phase = Phase.CATCHING_UP;
                }
                case CATCHING_UP -> asking.pause(StoreCopy.RETRY_NANOS);
                case FINISHING -> phase = Phase.SWAPPING;
                case CLAIMING, FAILED, SWAPPING -> {}
            }
        }

        @Override
        public void changedBehind() {
            verified = false;
            phase = Phase.COMPARING;
        }

        @Override
        public void says(String what) {
            message = what;
        }

        @Override
        public void failed(String why) {
            fail(why);
        }
    }

    PartitionStore to() {
        return to;
    }

    long issued() {
        return copy.issued();
    }

    /** As {@link StoreCopy#spent}. */
    long spent() {
        return copy.spent();
    }

    /** One sentence for the operator. */
    String progress() {
        String how =
                switch (phase) {
                    case CLAIMING, COMPARING -> "looking at what store " + to.name() + " has";
                    case COPYING ->
                        "copied " + copy.copied() + " of " + term.state.size() + " keys to store " + to.name();
                    case VERIFYING -> "reading back " + term.state.size() + " keys from store " + to.name();
                    case CATCHING_UP -> copy.left() + " changed keys are left for store " + to.name();
                    case FAILED -> "stays in store " + from.name() + ": " + message;
                    case FINISHING, SWAPPING -> "switching to store " + to.name();
                };
        return message.isEmpty() || phase == Phase.FAILED ? how : how + "; " + message;
    }

    private boolean isFewLeft() {
        return copy.isLeft(FEW << Math.min(8, rounds / ROUNDS));
    }

    /** All but the last changes is there: the leader is to pause its commits and then to {@link #cutOver}. */
    boolean isReady() {
        return phase == Phase.CATCHING_UP && verified && isFewLeft() && copy.isReady();
    }

    /** Whether the leases are being changed, or were and the leader does not know yet: nobody else may do so meanwhile, nor commit. */
    boolean isCuttingOver() {
        return phase.ordinal() >= Phase.FINISHING.ordinal();
    }

    /** It cannot be done; {@link #progress} says why. Nothing has changed for the partition. */
    boolean isFailed() {
        return phase == Phase.FAILED;
    }

    /** The change of leases, once it is known how it ended. */
    @Nullable
    LeaseSwap over() {
        return swap == null || swap.outcome() == LeaseSwap.Outcome.NONE ? null : swap;
    }

    /** When {@link #step} has something to do next. */
    long due() {
        return switch (phase) {
            case FAILED -> Long.MAX_VALUE;
            case FINISHING -> Math.min(asking.due(), pausedAt + MOST_PAUSE_NANOS);
            default -> asking.due();
        };
    }

    /** Nothing that comes later counts any more. */
    void end() {
        asking.end();
    }

    void step(long now) {
        if (phase == Phase.FINISHING && now - pausedAt >= MOST_PAUSE_NANOS) {
            phase = Phase.CATCHING_UP;
        }
        if (!asking.isDue(now) || over() != null) {
            return;
        }
        switch (phase) {
            case CLAIMING -> claim();
            case COMPARING -> copy.compare();
            case COPYING -> copy.copy();
            case VERIFYING -> copy.verify();
            case CATCHING_UP -> catchUp();
            case FAILED -> {}
            case FINISHING -> copy.finish();
            case SWAPPING -> swap();
        }
    }

    private void fail(String why) {
        phase = Phase.FAILED;
        message = why;
    }

    private String id() {
        return term.spec.id().value();
    }

    private void claim() {
        asking.ask(() -> to.lease(id()), (record, error) -> {
            if (record == null) {
                copy.again(error);
                return;
            }
            LeaseRecord before = record.orElse(null);
            String refusal = before == null ? null : refusal(before);
            if (refusal != null) {
                fail(refusal);
                return;
            }
            LeaseRecord mine = Seals.copy(before, term.epoch, from.name());
            asking.ask(() -> to.compareAndSetLease(id(), record, mine), (done, failure) -> {
                if (Boolean.TRUE.equals(done)) {
                    lease = mine;
                    phase = Phase.COMPARING;
                    message = "";
                } else if (failure != null) {
                    copy.again(failure);
                }
            });
        });
    }

    private @Nullable String refusal(LeaseRecord there) {
        boolean sealed = Seals.movedTo(there).isPresent() || Seals.copyOf(there).isPresent();
        if (!sealed) {
            return "store " + to.name() + " already has a partition '" + id() + "' of its own ("
                    + (there.owner().isEmpty() ? "given back" : "owner " + there.owner())
                    + "): nothing was changed there; give this move up with --abort and choose another store";
        }
        return there.epoch() > term.epoch
                ? "store " + to.name() + " has seen epoch " + there.epoch() + ", this leader has " + term.epoch
                : null;
    }

    private void catchUp() {
        boolean few = isFewLeft();
        rounds++;
        if (few && !verified && copy.isReady()) {
            phase = Phase.VERIFYING;
        } else {
            copy.catchUp(few);
        }
    }

    /** While no commit is under way and none begins: writes the rest and moves the lease. */
    void cutOver(LeaseRecord held) {
        swap = new LeaseSwap(term, member, from, held, to, lease, clock, asking);
        phase = Phase.FINISHING;
        pausedAt = clock.nanos();
    }

    private void swap() {
        LeaseSwap s = swap;
        if (s != null) {
            s.step();
        }
    }
}

package org.kochab.partition.internal.core.kernel;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.WatchEvent;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StorePut;

/**
 * Moves a partition to another store while it is led. The leader has the whole state in memory, so nothing is read from the old store:
 * all keys are written to the new one while commits go on, then those that changed meanwhile, again and again until few are left, as a
 * virtual machine's memory is moved ("pre-copy", Clark et al., NSDI 2005). Before the end all is read back and compared. Then the leader
 * pauses its commits, writes the rest, and {@link #cutOver cuts over}: the old store's lease is sealed, which decides, and the new
 * store's lease is taken.
 *
 * <p>The new store is written under the leader's own epoch and a lease that nobody may take. A leader that begins anew takes that over
 * and writes only what differs. All on the stepping thread but what is said to be on others.
 */
final class StoreMove {
    /** Keys and bytes of one batch of the copy: small enough to be encoded between two commits. */
    private static final int BATCH_KEYS = 500;

    private static final int BATCH_BYTES = 1 << 20;
    /** So many changed keys may be left for the pause. */
    private static final int FEW = 500;
    /** After so many rounds that did not get below it, twice as many may be left. */
    private static final int ROUNDS = 20;

    private static final int MOST_BUMPS = 10_000;
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    /** A new store that does not take the rest in this time is tried again later, while commits go on. */
    private static final long MOST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

    /** Takes a revision, and changes nothing. */
    private static final Transaction NOTHING = new Transaction(List.of(), List.of(new Operation.Delete("store-move")));

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

    /** Keys that the new store does not have as they are; added to by other threads while it is read. */
    private final ConcurrentSkipListSet<String> dirty = new ConcurrentSkipListSet<>();
    /** Keys that an earlier attempt has copied; only until they have been passed. */
    private final Set<String> same = new TreeSet<>();

    private Phase phase = Phase.CLAIMING;
    private String message = "";
    private @Nullable CommitBatch batch;
    private int batchKeys;
    private @Nullable String copiedTo;
    private long copied;
    private int rounds;
    private boolean verified;
    private long pausedAt;
    private LeaseRecord held = new LeaseRecord(0, "", 0, 1);
    private @Nullable LeaseSwap swap;
    private long spent;

    private LeaseRecord lease = new LeaseRecord(0, "", 0, 1);
    private long revision;
    /** The highest revision a batch to the new store ever had: no two batches of an epoch have the same. */
    private long issued;

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
        this.issued = issued;
    }

    PartitionStore to() {
        return to;
    }

    long issued() {
        return issued;
    }

    /** Revisions of the partition that were, or may have been, taken for nothing. */
    long spent() {
        return spent;
    }

    /** One sentence for the operator. */
    String progress() {
        String how =
                switch (phase) {
                    case CLAIMING, COMPARING -> "looking at what store " + to.name() + " has";
                    case COPYING -> "copied " + copied + " of " + term.state.size() + " keys to store " + to.name();
                    case VERIFYING -> "reading back " + term.state.size() + " keys from store " + to.name();
                    case CATCHING_UP -> dirty.size() + " changed keys are left for store " + to.name();
                    case FAILED -> "stays in store " + from.name() + ": " + message;
                    default -> "switching to store " + to.name();
                };
        return message.isEmpty() || phase == Phase.FAILED ? how : how + "; " + message;
    }

    /** All but the last changes is there: the leader is to pause its commits and then to {@link #cutOver}. */
    boolean isReady() {
        return phase == Phase.CATCHING_UP && verified && batch == null && isFewDirty() && bumpsNeeded() == 0;
    }

    private boolean isFewDirty() {
        int few = FEW << Math.min(8, rounds / ROUNDS);
        return dirty.stream().limit(few + 1).count() <= few;
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

    /** Before a change can be seen. */
    void changed(List<Group.Change> changes) {
        for (Group.Change c : changes) {
            dirty.add(
                    c.event() instanceof WatchEvent.Put put
                            ? put.entry().key()
                            : ((WatchEvent.Deleted) c.event()).previous().key());
        }
    }

    /** When {@link #step} has something to do next. */
    long due() {
        return phase == Phase.FINISHING
                ? Math.min(asking.due(), pausedAt + MOST_PAUSE_NANOS)
                : phase == Phase.FAILED ? Long.MAX_VALUE : asking.due();
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
            case COMPARING -> compare();
            case COPYING -> copy();
            case VERIFYING -> verify();
            case CATCHING_UP -> catchUp();
            case FAILED -> {}
            case FINISHING -> finish();
            case SWAPPING -> swap();
        }
    }

    private void again(PartitionStore store, @Nullable Throwable error) {
        message = "store " + store.name() + " does not answer: " + Leadership.reason(error) + "; tried again";
        asking.pause(RETRY_NANOS);
    }

    private void lookAnew() {
        batch = null;
        verified = false;
        phase = Phase.COMPARING;
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
                again(to, error);
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
                    again(to, failure);
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

    /** What an earlier attempt has left there is kept where it is right. */
    private void compare() {
        same.clear();
        dirty.clear();
        term.tell(this);
        List<String> equal = new ArrayList<>();
        asking.ask(
                () -> to.load(id(), put -> {
                    String key = key(put);
                    if (isCurrent(key, put)) {
                        equal.add(key);
                    } else {
                        dirty.add(key);
                    }
                }),
                (at, error) -> {
                    if (at == null) {
                        again(to, error);
                        return;
                    }
                    revision = at;
                    issued = Math.max(issued, at);
                    same.addAll(equal);
                    copiedTo = null;
                    copied = 0;
                    if (bumpsNeeded() > MOST_BUMPS) {
                        fail("store " + to.name() + " has revision " + at + " of a partition '" + id()
                                + "', this one has only " + term.state.revision() + ": choose another store");
                    } else {
                        phase = Phase.COPYING;
                    }
                });
    }

    private static String key(StorePut put) {
        return new String(put.key(), StandardCharsets.UTF_8);
    }

    /** Any thread. */
    private boolean isCurrent(String key, StorePut put) {
        Entry now = term.state.get(key);
        return now != null && Arrays.equals(StoredValue.encode(now).value(), put.value());
    }

    private void copy() {
        if (resend() || bump()) {
            return;
        }
        List<Entry> page = page();
        List<StorePut> puts = new ArrayList<>();
        long bytes = 0;
        for (Entry e : page) {
            if (bytes >= BATCH_BYTES) {
                break;
            }
            copiedTo = e.key();
            copied++;
            boolean changed = dirty.remove(e.key());
            if (!same.remove(e.key()) || changed) {
                StorePut put = StoredValue.encode(e);
                puts.add(put);
                bytes += put.key().length + put.value().length;
            }
        }
        if (page.isEmpty()) {
            same.clear();
            phase = Phase.CATCHING_UP;
        } else if (!puts.isEmpty()) {
            send(puts, List.of(), issued + 1);
        }
    }

    private List<Entry> page() {
        while (true) {
            List<Entry> page = term.state.list("", copiedTo, BATCH_KEYS, term.state.revision());
            if (page != null) {
                return page;
            }
        }
    }

    private void catchUp() {
        if (resend() || bump()) {
            return;
        }
        rounds++;
        if (!verified && isFewDirty()) {
            phase = Phase.VERIFYING;
        } else if (!dirty.isEmpty()) {
            sendDirty(false);
        } else {
            asking.pause(RETRY_NANOS);
        }
    }

    /** Writes some of the keys that have changed; if all and {@code last}, up to the partition's own revision. */
    private void sendDirty(boolean last) {
        List<StorePut> puts = new ArrayList<>();
        List<byte[]> deletes = new ArrayList<>();
        long bytes = 0;
        while (puts.size() + deletes.size() < BATCH_KEYS && bytes < BATCH_BYTES) {
            String key = dirty.pollFirst();
            if (key == null) {
                break;
            }
            Entry now = term.state.get(key);
            if (now == null) {
                byte[] deleted = StoredValue.key(key);
                deletes.add(deleted);
                bytes += deleted.length;
            } else {
                StorePut put = StoredValue.encode(now);
                puts.add(put);
                bytes += put.key().length + put.value().length;
            }
        }
        send(puts, deletes, last && dirty.isEmpty() ? term.state.revision() : issued + 1);
    }

    private void send(List<StorePut> puts, List<byte[]> deletes, long at) {
        batch = new CommitBatch(id(), term.epoch, revision, at, puts, deletes);
        batchKeys = puts.size() + deletes.size();
        issued = at;
        resend();
    }

    /** A batch is given to the store until it says what became of it. */
    private boolean resend() {
        CommitBatch sent = batch;
        if (sent == null) {
            return false;
        }
        asking.ask(() -> to.commit(sent), (outcome, error) -> {
            if (outcome instanceof CommitOutcome.Done) {
                revision = sent.revision();
                batch = null;
                message = "";
            } else if (outcome instanceof CommitOutcome.Fenced fenced) {
                fail("store " + to.name() + " has epoch " + fenced.currentEpoch() + ", this leader has " + term.epoch);
            } else if (outcome instanceof CommitOutcome.WrongRevision) {
                // Something that this leader began earlier was still on its way there.
                lookAnew();
            } else {
                message = "store " + to.name() + " did not take " + batchKeys + " keys: "
                        + (outcome == null ? Leadership.reason(error) : outcome) + "; tried again";
                asking.pause(RETRY_NANOS);
            }
        });
        return true;
    }

    /** So many transactions of no effect it takes until the last batch can have the partition's own revision: each has one of its own. */
    private long bumpsNeeded() {
        return Math.max(0, issued + dirty.size() + 2 - term.state.revision());
    }

    /** Lets the partition's revision grow where it is so young that the copy needs more of them. */
    private boolean bump() {
        long few = Math.max(0, issued + 2 - term.state.revision());
        long needed = phase == Phase.CATCHING_UP && isFewDirty() ? bumpsNeeded() : few;
        if (needed == 0) {
            return false;
        }
        long some = Math.min(needed, BATCH_KEYS);
        spent += some;
        for (long i = 1; i < some; i++) {
            term.submit(NOTHING);
        }
        asking.ask(() -> term.submit(NOTHING), (done, error) -> {
            if (!(done instanceof CommitResult.Committed)) {
                asking.pause(Term.BUSY.toNanos());
            }
        });
        return true;
    }

    /** All that the new store has must be as it is here, and nothing may be missing but what is known to have changed. */
    private void verify() {
        ConcurrentSkipListSet<String> before = new ConcurrentSkipListSet<>(dirty);
        long expected = term.state.size()
                - before.stream().filter(key -> term.state.get(key) != null).count();
        long[] found = new long[1];
        List<String> wrong = new ArrayList<>(1);
        asking.ask(
                () -> to.load(id(), put -> {
                    String key = key(put);
                    if (before.contains(key)) {
                        return;
                    }
                    found[0]++;
                    // Changed while it was being compared: known to be, before it can be seen.
                    if (!isCurrent(key, put) && !dirty.contains(key) && wrong.isEmpty()) {
                        wrong.add(key);
                    }
                }),
                (at, error) -> {
                    if (at == null) {
                        again(to, error);
                    } else if (at != revision) {
                        lookAnew();
                    } else if (found[0] != expected || !wrong.isEmpty()) {
                        fail("store " + to.name() + " did not give back what was written: "
                                + (wrong.isEmpty()
                                        ? found[0] + " of " + expected + " keys"
                                        : "key '" + wrong.get(0) + "' differs")
                                + "; the partition stays where it is");
                    } else {
                        verified = true;
                        rounds = 0;
                        message = "";
                        phase = Phase.CATCHING_UP;
                    }
                });
    }

    /** While no commit is under way and none begins: writes the rest and moves the lease. */
    void cutOver(LeaseRecord now) {
        held = now;
        phase = Phase.FINISHING;
        pausedAt = clock.nanos();
    }

    private void finish() {
        if (resend()) {
            return;
        }
        if (revision < term.state.revision()) {
            sendDirty(true);
        } else {
            phase = Phase.SWAPPING;
        }
    }

    private void swap() {
        LeaseSwap s = swap;
        if (s == null) {
            s = new LeaseSwap(term, member, from, held, to, lease, clock, asking);
            swap = s;
        }
        s.step();
    }
}

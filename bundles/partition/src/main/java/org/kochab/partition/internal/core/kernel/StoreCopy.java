package org.kochab.partition.internal.core.kernel;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StorePut;

/**
 * The copy of a partition in another store, which its leader makes from its memory. Each method begins one thing, and says what came of it; all on
 * the stepping thread but what is said to be on others. Whoever asks first looks whether {@link Asking} is due.
 */
final class StoreCopy {
    /** Keys and bytes of one batch: small enough to be encoded between two commits. */
    private static final int BATCH_KEYS = 500;

    private static final int BATCH_BYTES = 1 << 20;
    private static final int MOST_BUMPS = 10_000;
    static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    /** Takes a revision, and changes nothing. */
    private static final Transaction NOTHING = new Transaction(List.of(), List.of(new Operation.Delete("store-move")));

    /** What came of it. */
    interface Outcome {
        /** What was begun is done. */
        void done();

        /** The store has something else than it had: {@link #compare} is to be begun again. */
        void changedBehind();

        /** It goes on trying; for the operator, empty if all is well. */
        void says(String message);

        void failed(String why);
    }

    private final Term term;
    private final PartitionStore to;
    private final Asking asking;
    private final Outcome outcome;

    /** Keys that the store does not have as they are; added to by other threads while it is read. */
    private final ConcurrentSkipListSet<String> dirty = new ConcurrentSkipListSet<>();
    /** Keys that an earlier attempt has copied; only until they have been passed. */
    private final Set<String> same = new TreeSet<>();

    private @Nullable CommitBatch batch;
    private @Nullable String copiedTo;
    private long copied;
    private long revision;
    /** The highest revision a batch ever had: no two batches of an epoch have the same. */
    private long issued;

    private long spent;

    /** @param issued the highest revision that this leadership has ever written there itself; 0 if none */
    StoreCopy(Term term, PartitionStore to, Asking asking, long issued, Outcome outcome) {
        this.term = term;
        this.to = to;
        this.asking = asking;
        this.issued = issued;
        this.outcome = outcome;
    }

    long issued() {
        return issued;
    }

    /** Revisions of the partition that were, or may have been, taken for nothing. */
    long spent() {
        return spent;
    }

    /** Keys that were copied, or were there. */
    long copied() {
        return copied;
    }

    /** Keys that are to be written again. */
    int left() {
        return dirty.size();
    }

    boolean isLeft(int most) {
        return dirty.stream().limit(most + 1L).count() <= most;
    }

    /** Whether the store has all, up to the partition's own revision. */
    boolean isWhole() {
        return batch == null && revision == term.state.revision();
    }

    /** Whether the last batch can be written at once. */
    boolean isReady() {
        return batch == null && bumpsNeeded() == 0;
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

    private String id() {
        return term.spec.id().value();
    }

    /** What an earlier attempt has left there is kept where it is right. */
    void compare() {
        batch = null;
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
                        again(error);
                    } else {
                        same.addAll(equal);
                        compared(at);
                    }
                });
    }

    private void compared(long at) {
        revision = at;
        issued = Math.max(issued, at);
        copiedTo = null;
        copied = 0;
        if (bumpsNeeded() > MOST_BUMPS) {
            outcome.failed("store " + to.name() + " has revision " + at + " of a partition '" + id()
                    + "', this one has only " + term.state.revision() + ": choose another store");
        } else {
            outcome.done();
        }
    }

    /** The store did not answer: it is asked again. */
    void again(@Nullable Throwable error) {
        outcome.says("store " + to.name() + " does not answer: " + Leadership.reason(error) + "; tried again");
        asking.pause(RETRY_NANOS);
    }

    private static String key(StorePut put) {
        return new String(put.key(), StandardCharsets.UTF_8);
    }

    /** Any thread. */
    private boolean isCurrent(String key, StorePut put) {
        Entry now = term.state.get(key);
        return now != null && StoredValue.isStored(now, put.value());
    }

    /** Writes some of the keys that it has not come to yet; done when there are none. */
    void copy() {
        if (resend() || bump(issued + 2 - term.state.revision())) {
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
            outcome.done();
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

    /**
     * Writes some of the keys that have changed since they were copied; done when there are none.
     *
     * @param few whether so few are left that the end is near, for which there must be revisions
     */
    void catchUp(boolean few) {
        if (resend() || bump(few ? bumpsNeeded() : issued + 2 - term.state.revision())) {
            return;
        }
        if (dirty.isEmpty()) {
            outcome.done();
        } else {
            sendDirty(false);
        }
    }

    /** While no commit is made: writes the rest, up to the partition's own revision; done when the store has all. */
    void finish() {
        if (resend()) {
            return;
        }
        if (isWhole()) {
            outcome.done();
        } else {
            sendDirty(true);
        }
    }

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
        issued = at;
        resend();
    }

    /** A batch is given to the store until it says what became of it. */
    private boolean resend() {
        CommitBatch sent = batch;
        if (sent == null) {
            return false;
        }
        asking.ask(() -> to.commit(sent), (answer, error) -> {
            if (answer instanceof CommitOutcome.Done) {
                revision = sent.revision();
                batch = null;
                outcome.says("");
            } else if (answer instanceof CommitOutcome.Fenced fenced) {
                outcome.failed("store " + to.name() + " has epoch " + fenced.currentEpoch() + ", this leader has "
                        + term.epoch);
            } else if (answer instanceof CommitOutcome.WrongRevision) {
                // Something that this leader began earlier was still on its way there.
                outcome.changedBehind();
            } else {
                outcome.says("store " + to.name() + " did not take "
                        + (sent.puts().size() + sent.deletes().size()) + " keys: "
                        + (answer == null ? Leadership.reason(error) : answer) + "; tried again");
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
    private boolean bump(long needed) {
        if (needed <= 0) {
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

    /** All that the store has must be as it is here, and nothing may be missing but what is known to have changed. */
    void verify() {
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
                        again(error);
                    } else if (at != revision) {
                        outcome.changedBehind();
                    } else if (found[0] != expected || !wrong.isEmpty()) {
                        outcome.failed("store " + to.name() + " did not give back what was written: "
                                + (wrong.isEmpty()
                                        ? found[0] + " of " + expected + " keys"
                                        : "key '" + wrong.get(0) + "' differs"));
                    } else {
                        outcome.done();
                    }
                });
    }
}

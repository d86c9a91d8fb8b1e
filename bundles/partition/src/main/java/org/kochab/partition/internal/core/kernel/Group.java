package org.kochab.partition.internal.core.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.WatchEvent;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.StorePut;

/**
 * Transactions that go to the store as one. Each is decided against the state as the earlier ones of the group leave it; nothing of
 * it is applied yet. A conflict, too, is only answered with the group: what it met may be of the same group.
 */
final class Group implements CommitRules.Keys {
    /** A change of the state, to be applied once the store has it. */
    record Change(State.Slot slot, WatchEvent event) {}

    /** A key as the group has left it so far. */
    private static final class Touched {
        final State.Slot slot;
        final boolean existed;

        @Nullable
        Entry entry;

        Touched(State.Slot slot) {
            this.slot = slot;
            this.entry = State.newest(slot);
            this.existed = entry != null;
        }
    }

    private final State state;
    private final List<Pending> transactions;
    private final List<CommitResult> results;
    private final List<Change> changes;
    private final LinkedHashMap<String, Touched> touched;
    private final long previousRevision;
    private long revision;
    private boolean fencing;
    private final CommitRules.Tally tally;

    /** Decides the transactions against the newest state. */
    Group(State state, List<Pending> transactions, CommitRules rules) {
        this.state = state;
        this.transactions = transactions;
        this.results = new ArrayList<>(transactions.size());
        this.changes = new ArrayList<>(transactions.size());
        this.touched = new LinkedHashMap<>(transactions.size() * 2);
        this.previousRevision = state.revision();
        this.revision = previousRevision;
        this.tally = rules.open(this);
        for (Pending p : transactions) {
            results.add(decide(p.transaction));
        }
    }

    private CommitResult decide(Transaction transaction) {
        for (Precondition p : transaction.preconditions()) {
            Entry actual = newest(p.key());
            if (!holds(p, actual)) {
                return new CommitResult.Conflict(p.key(), Optional.ofNullable(actual));
            }
        }
        Entry fence = fence(transaction);
        if (fence != null) {
            return new CommitResult.Conflict(fence.key(), Optional.of(fence));
        }
        CommitResult refusal = tally.decide(transaction, this);
        if (refusal != null) {
            return refusal;
        }
        revision++;
        for (Operation o : transaction.operations()) {
            Touched t = touched.computeIfAbsent(o.key(), this::touch);
            fencing |= o.key().startsWith(Fences.PREFIX);
            Entry before = t.entry;
            if (o instanceof Operation.Put put) {
                long created = before == null ? revision : before.createRevision();
                Entry after = new Entry(put.key(), put.value(), created, revision);
                t.entry = after;
                changes.add(new Change(t.slot, new WatchEvent.Put(after, Optional.ofNullable(before))));
            } else if (before != null) {
                t.entry = null;
                changes.add(new Change(t.slot, new WatchEvent.Deleted(revision, before)));
            }
        }
        return new CommitResult.Committed(revision);
    }

    /** A fence that this transaction would have to know. */
    private @Nullable Entry fence(Transaction transaction) {
        if (!fencing && !state.hasFences()) {
            return null;
        }
        for (Operation o : transaction.operations()) {
            String key = Fences.of(o.key(), false);
            Entry fence = key == null ? null : newest(key);
            if (fence != null
                    && !transaction
                            .preconditions()
                            .contains(new Precondition.AtRevision(fence.key(), fence.revision()))) {
                return fence;
            }
        }
        return null;
    }

    private static boolean holds(Precondition p, @Nullable Entry actual) {
        if (p instanceof Precondition.AtRevision at) {
            return actual != null && actual.revision() == at.revision();
        }
        return p instanceof Precondition.Present == (actual != null);
    }

    @Override
    public @Nullable Entry newest(String key) {
        Touched t = touched.get(key);
        if (t != null) {
            return t.entry;
        }
        State.Slot slot = state.slot(key);
        return slot == null ? null : State.newest(slot);
    }

    @Override
    public List<Entry> some(String prefix, @Nullable String after, int most) {
        List<Entry> found = state.list(prefix, after, most, state.revision());
        return found == null ? List.of() : found;
    }

    @Override
    public void each(String prefix, Consumer<String> to) {
        state.each(prefix, to);
    }

    /** The store has it. */
    void keep() {
        tally.keep();
    }

    private Touched touch(String key) {
        State.Slot slot = state.slot(key);
        return new Touched(slot == null ? new State.Slot() : slot);
    }

    /** Whether there is nothing for the store to do. */
    boolean isEmpty() {
        return revision == previousRevision;
    }

    long revision() {
        return revision;
    }

    List<Change> changes() {
        return changes;
    }

    /** What the store gets: of each key only what the group leaves. */
    CommitBatch batch(String partition, long epoch) {
        List<StorePut> puts = new ArrayList<>(touched.size());
        List<byte[]> deletes = new ArrayList<>();
        touched.forEach((key, t) -> {
            if (t.entry != null) {
                puts.add(StoredValue.encode(t.entry));
            } else if (t.existed) {
                deletes.add(StoredValue.key(key));
            }
        });
        return new CommitBatch(partition, epoch, previousRevision, revision, puts, deletes);
    }

    /** Gives every transaction the answer it earned. */
    void answer() {
        for (int i = 0; i < transactions.size(); i++) {
            transactions.get(i).complete(results.get(i));
        }
    }

    /** The group did not become, or may not have become, durable. Conflicts changed nothing either way. */
    void answer(Function<CommitResult, CommitResult> instead) {
        for (int i = 0; i < transactions.size(); i++) {
            transactions.get(i).complete(instead.apply(results.get(i)));
        }
    }
}

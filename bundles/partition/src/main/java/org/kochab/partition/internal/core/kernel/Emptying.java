package org.kochab.partition.internal.core.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.PartitionStore;

/**
 * Removes a partition's keys from a store that does not decide about it any more, or never did. The sealed lease stays: it is what tells
 * a member that has not heard of the move. Written under the leader's epoch, so that it ends where the next leader begins. If something goes
 * wrong the keys stay; the next move there finds them.
 */
final class Emptying {
    private static final int MOST_DELETES = 1_000;

    private final Term term;
    private final PartitionStore store;
    private final Asking asking;
    private final List<byte[]> keys = new ArrayList<>();
    private long revision;
    private long issued;
    private boolean loaded;
    private boolean over;

    /** @param issued the highest revision that this leadership has written there */
    Emptying(Term term, PartitionStore store, Asking asking, long issued) {
        this.term = term;
        this.store = store;
        this.asking = asking;
        this.issued = issued;
    }

    PartitionStore store() {
        return store;
    }

    long issued() {
        return issued;
    }

    boolean isOver() {
        return over;
    }

    /** When {@link #step} has something to do next. */
    long due() {
        return asking.due();
    }

    void step(long now) {
        if (over || !asking.isDue(now)) {
            return;
        }
        if (loaded) {
            delete();
            return;
        }
        String id = term.spec.id().value();
        asking.ask(() -> store.load(id, put -> keys.add(put.key())), (at, error) -> {
            loaded = true;
            over = at == null || keys.isEmpty();
            revision = at == null ? 0 : at;
            issued = Math.max(issued, revision);
        });
    }

    private void delete() {
        List<byte[]> some = keys.subList(Math.max(0, keys.size() - MOST_DELETES), keys.size());
        issued++;
        CommitBatch batch =
                new CommitBatch(term.spec.id().value(), term.epoch, revision, issued, List.of(), List.copyOf(some));
        some.clear();
        asking.ask(() -> store.commit(batch), this::deleted);
    }

    private void deleted(@Nullable CommitOutcome outcome, @Nullable Throwable error) {
        revision = issued;
        over = !(outcome instanceof CommitOutcome.Done) || keys.isEmpty();
    }
}

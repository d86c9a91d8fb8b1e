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
    private final Term.Answers answers;
    private final List<byte[]> keys = new ArrayList<>();
    private long revision;
    private long issued;
    private boolean loaded;
    private boolean asking;
    private boolean over;

    /** @param issued the highest revision that this leadership has written there */
    Emptying(Term term, PartitionStore store, Term.Answers answers, long issued) {
        this.term = term;
        this.store = store;
        this.answers = answers;
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

    boolean isAsking() {
        return asking;
    }

    void step() {
        if (asking || over) {
            return;
        }
        asking = true;
        if (loaded) {
            delete();
            return;
        }
        String id = term.spec.id().value();
        answers.take(StoreCalls.call(() -> store.load(id, put -> keys.add(put.key()))), (at, error) -> {
            asking = false;
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
        answers.take(StoreCalls.call(() -> store.commit(batch)), this::deleted);
    }

    private void deleted(@Nullable CommitOutcome outcome, @Nullable Throwable error) {
        asking = false;
        revision = issued;
        over = !(outcome instanceof CommitOutcome.Done) || keys.isEmpty();
    }
}

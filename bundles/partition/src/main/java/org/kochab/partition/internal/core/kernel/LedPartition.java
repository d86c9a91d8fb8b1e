package org.kochab.partition.internal.core.kernel;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;

/**
 * A partition for as long as this member leads it. Every read first looks at the clock, then at the state: at the moment of the look
 * no other member could have committed, so what is read then is no older than the call.
 */
public final class LedPartition implements Partition {
    private static final int LARGEST_PAGE = 10_000;

    private final Term term;

    LedPartition(Term term) {
        this.term = term;
    }

    public PartitionSpec spec() {
        return term.spec;
    }

    /** As {@link #revision}, also after the end. */
    public long lastRevision() {
        return term.state.revision();
    }

    /** Keys there are now. */
    public long entries() {
        return term.state.size();
    }

    /** Open watches. */
    public long watchers() {
        return term.feed.watchers();
    }

    /** One sentence about what is being done with it now, a move to another store for example; empty if nothing. */
    public String doing() {
        return term.doing();
    }

    /** As this leadership was begun with. */
    public CommitRules rules() {
        return term.rules;
    }

    /** Whether calls would be served at this moment. */
    public boolean isServing() {
        return term.isValid();
    }

    @Override
    public PartitionId id() {
        return term.spec.id();
    }

    @Override
    public PartitionKind kind() {
        return term.spec.kind();
    }

    @Override
    public long epoch() {
        return term.epoch;
    }

    @Override
    public long revision() {
        check();
        return term.state.revision();
    }

    @Override
    public CompletionStage<CommitResult> submit(Transaction transaction) {
        return term.submit(transaction);
    }

    @Override
    public Optional<Entry> get(String key) {
        check();
        return Optional.ofNullable(term.state.get(key));
    }

    @Override
    public ListPage list(String prefix, int limit) {
        checkLimit(limit);
        check();
        while (true) {
            ListPage page = page(prefix, limit, null, term.state.revision());
            if (page != null) {
                return page;
            }
        }
    }

    @Override
    public ListPage list(String prefix, int limit, ListCursor cursor) throws GoneException {
        checkLimit(limit);
        check();
        long at = cursor.revision();
        if (at > term.state.revision()) {
            throw gone(at);
        }
        ListPage page = page(prefix, limit, cursor.afterKey(), at);
        if (page == null) {
            throw gone(at);
        }
        return page;
    }

    private @Nullable ListPage page(String prefix, int limit, @Nullable String after, long at) {
        List<Entry> found = term.state.list(prefix, after, limit + 1, at);
        if (found == null) {
            return null;
        }
        if (found.size() <= limit) {
            return new ListPage(at, found, Optional.empty());
        }
        return new ListPage(
                at,
                found.subList(0, limit),
                Optional.of(new ListCursor(at, found.get(limit - 1).key())));
    }

    private GoneException gone(long revision) {
        long oldest = term.state.floor();
        return new GoneException(
                "partition " + id() + ": revision " + revision + " of the list is not kept any more; it keeps from "
                        + oldest + ": begin the list again",
                oldest);
    }

    @Override
    public Watch watch(String prefix, long afterRevision) throws GoneException {
        check();
        return term.feed.watch(prefix, afterRevision);
    }

    private void check() {
        if (!term.isValid()) {
            throw new NotLeaderException(id());
        }
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new IllegalArgumentException("limit is " + limit + ": use 1 to " + LARGEST_PAGE);
        }
    }

    @Override
    public String toString() {
        return id() + " under epoch " + epoch();
    }
}

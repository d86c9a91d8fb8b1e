package org.kochab.partition.internal.core.kernel;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;

/** The moves of one leadership between stores: one at a time, begun anew until it is done or not wanted any more. On the stepping thread. */
final class StoreMoves {
    private final String member;
    private final NanoClock clock;
    private final Term.Answers answers;
    /** The highest revision that the present leadership has written itself, by store. */
    private final Map<String, Long> issued = new TreeMap<>();

    private volatile @Nullable PartitionStore target;
    private @Nullable StoreMove move;
    private @Nullable Emptying emptying;
    private long nextProgress;
    /** Whether the leader has been told that the move cannot be done. */
    private boolean told;

    private long spent;

    StoreMoves(String member, NanoClock clock, Term.Answers answers) {
        this.member = member;
        this.clock = clock;
        this.answers = answers;
    }

    /** Any thread: where the partition is to be; null if it is to stay. */
    void want(@Nullable PartitionStore store) {
        target = store;
    }

    /** A leadership begins or ends: what was under way for another one is over. */
    void forget() {
        drop();
        emptying = null;
        issued.clear();
    }

    private void wrote(PartitionStore store, long revision) {
        issued.merge(store.name(), revision, Math::max);
    }

    private void drop() {
        StoreMove m = move;
        if (m != null) {
            m.end();
            wrote(m.to(), m.issued());
            spent += m.spent();
            move = null;
        }
    }

    boolean isCuttingOver() {
        return move != null && move.isCuttingOver();
    }

    /** Revisions of the partition that were, or may have been, taken for nothing. */
    long spent() {
        return move == null ? spent : spent + move.spent();
    }

    long due() {
        return Math.min(emptying == null ? Long.MAX_VALUE : emptying.due(), move == null ? Long.MAX_VALUE : move.due());
    }

    /**
     * Goes on, if there is something to move.
     *
     * @param held the lease in {@code from}, where the partition is
     * @param mayCutOver whether the lease is valid for long enough, and not just being changed
     * @return the move if it is over for the leader: the lease was changed, or it cannot be done
     */
    @Nullable
    StoreMove step(Term t, PartitionStore from, LeaseRecord held, boolean mayCutOver, long now) {
        PartitionStore to = target;
        StoreMove m = move;
        if (m != null && m.to() != to && !m.isCuttingOver()) {
            over(t, m.isFailed() ? m.progress() : "");
            if (!m.isFailed()) {
                empty(t, m.to());
            }
            m = null;
        }
        goOnEmptying(to, now);
        if (m == null) {
            if (to == null || to == from) {
                return null;
            }
            m = new StoreMove(t, member, from, to, clock, answers, issued.getOrDefault(to.name(), 0L));
            move = m;
            told = false;
        }
        if (mayCutOver && m.isReady()) {
            t.pause(true);
            if (t.isCommitting()) {
                return null;
            }
            m.cutOver(held);
        }
        m.step(now);
        t.pause(m.isCuttingOver());
        LeaseSwap swap = m.over();
        if (swap != null) {
            over(t, "");
            if (swap.outcome() == LeaseSwap.Outcome.SWITCHED) {
                wrote(from, t.state.revision());
                empty(t, from);
            }
            return m;
        }
        if (now - nextProgress >= 0 || m.isFailed()) {
            nextProgress = now + t.limits.leaseTtl().toNanos() / 16;
            t.doing(m.progress());
        }
        boolean isNews = m.isFailed() && !told;
        told = m.isFailed();
        return isNews ? m : null;
    }

    private void empty(Term t, PartitionStore store) {
        emptying = new Emptying(t, store, new Asking(clock, answers), issued.getOrDefault(store.name(), 0L));
    }

    /** Goes on emptying, unless that store is wanted again. */
    private void goOnEmptying(@Nullable PartitionStore wanted, long now) {
        Emptying e = emptying;
        if (e == null) {
            return;
        }
        if (e.store() != wanted) {
            e.step(now);
        }
        wrote(e.store(), e.issued());
        if (e.isOver() || e.store() == wanted) {
            emptying = null;
        }
    }

    private void over(Term t, String doing) {
        drop();
        t.tell(null);
        t.pause(false);
        t.doing(doing);
    }
}

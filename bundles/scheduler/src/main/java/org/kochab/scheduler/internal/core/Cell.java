package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Slots in one state under all rules: those in a ranking, and those that descents come upon. */
final class Cell {
    final int[] states;
    final Ranking ranking;
    private final List<Descent> descents = new ArrayList<>(1);
    /** Whether {@link #open} and {@link #points} are up to date. */
    boolean known;

    boolean open;
    double points;

    private boolean settled;
    /** Where the best slot is from; null for the ranking. */
    private @Nullable Descent from;

    Cell(int[] states, int limit) {
        this.states = states;
        this.ranking = new Ranking(limit);
    }

    void add(Descent descent) {
        descents.add(descent);
    }

    void unsettle() {
        settled = false;
    }

    /** Finds out which slot is the best, or which descent must be looked into to know. False if there is none. */
    boolean settle(Cells cells) {
        if (settled) {
            return from != null || !ranking.isEmpty();
        }
        settled = true;
        while (!ranking.isEmpty() && !cells.holds(this, ranking.bestSlot())) {
            ranking.removeBest();
        }
        from = null;
        boolean any = !ranking.isEmpty();
        for (int i = 0; i < descents.size(); i++) {
            Descent descent = descents.get(i);
            if (descent.settle() && (!any || isBefore(descent))) {
                from = descent;
                any = true;
            }
        }
        return any;
    }

    private boolean isBefore(Descent descent) {
        long rank = descent.rank();
        return rank > bestRank() || rank == bestRank() && descent.slot() < bestSlot();
    }

    /** The best slot; -1 if that is not known without looking. */
    int bestSlot() {
        return from != null ? from.slot() : ranking.bestSlot();
    }

    long bestRank() {
        return from != null ? from.rank() : ranking.bestRank();
    }

    /** Looks into the descent that may have the best slot. */
    void look() {
        settled = false;
        if (from != null) {
            from.open();
        }
    }

    /** Changes the rank of the best slot, which stays in the cell. */
    void rerankBest(long rank) {
        settled = false;
        if (from == null) {
            ranking.rerankBest(rank);
        } else {
            ranking.add(rank, from.slot());
            from.next();
        }
    }

    void removeBest() {
        settled = false;
        if (from == null) {
            ranking.removeBest();
        } else {
            from.next();
        }
    }

    /** Adds a slot that has come from another cell. */
    void add(long rank, int slot) {
        settled = false;
        ranking.add(rank, slot);
    }
}

package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Slots divided by their state under all rules: a cell's slots get the same answers and differ only by their own rank. */
final class Cells {
    /** One cell. */
    static final class Cell {
        final int[] states;
        final Ranking ranking;
        /** Whether {@link #open} and {@link #points} are up to date. */
        boolean known;

        boolean open;
        long points;

        Cell(int[] states, int limit) {
            this.states = states;
            this.ranking = new Ranking(limit);
        }
    }

    private final List<RuleState> rules;
    private final int limit;
    private final List<Cell> cells = new ArrayList<>();
    private final int[] wanted;
    private int[] table = filled(16);

    Cells(List<RuleState> rules, int limit) {
        this.rules = rules;
        this.limit = limit;
        this.wanted = new int[rules.size()];
        if (rules.isEmpty()) {
            cells.add(new Cell(wanted, limit));
        }
    }

    /** The cell a slot belongs to as things are now. */
    Cell of(int slot) {
        if (wanted.length == 0) {
            return cells.get(0);
        }
        int hash = 0;
        for (int r = 0; r < wanted.length; r++) {
            wanted[r] = rules.get(r).state(slot);
            hash = (hash ^ wanted[r]) * 0x9E3779B9;
        }
        int at = (hash ^ hash >>> 15) & (table.length - 1);
        while (table[at] >= 0) {
            Cell cell = cells.get(table[at]);
            if (Arrays.equals(cell.states, wanted)) {
                return cell;
            }
            at = (at + 1) & (table.length - 1);
        }
        Cell cell = new Cell(wanted.clone(), limit);
        table[at] = cells.size();
        cells.add(cell);
        if (cells.size() * 2 > table.length) {
            rehash();
        }
        return cell;
    }

    private void rehash() {
        table = filled(table.length * 2);
        for (int i = 0; i < cells.size(); i++) {
            int hash = 0;
            for (int state : cells.get(i).states) {
                hash = (hash ^ state) * 0x9E3779B9;
            }
            int at = (hash ^ hash >>> 15) & (table.length - 1);
            while (table[at] >= 0) {
                at = (at + 1) & (table.length - 1);
            }
            table[at] = i;
        }
    }

    private static int[] filled(int length) {
        int[] table = new int[length];
        Arrays.fill(table, -1);
        return table;
    }

    void order() {
        cells.forEach(c -> c.ranking.order());
    }

    /** The cell whose best slot is the best of all; null if no cell that is open has a slot. */
    @org.jspecify.annotations.Nullable
    Cell best() {
        Cell best = null;
        long bestRank = 0;
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            if (cell.ranking.isEmpty()) {
                continue;
            }
            if (!cell.known) {
                find(cell);
            }
            if (!cell.open) {
                continue;
            }
            long rank = Points.raise(cell.ranking.bestRank(), cell.points);
            if (best == null
                    || rank > bestRank
                    || rank == bestRank && cell.ranking.bestSlot() < best.ranking.bestSlot()) {
                best = cell;
                bestRank = rank;
            }
        }
        return best;
    }

    private void find(Cell cell) {
        cell.known = true;
        cell.open = true;
        cell.points = 0;
        for (int r = 0; r < wanted.length; r++) {
            RuleState rule = rules.get(r);
            cell.open &= rule.accepts(cell.states[r]);
            cell.points += rule.points(cell.states[r]);
        }
    }

    /** Counts a placement. Returns whether the slot has moved to another cell. */
    boolean placed(int slot) {
        boolean moved = false;
        for (int r = 0; r < wanted.length; r++) {
            RuleState rule = rules.get(r);
            if (!rule.concerns(slot)) {
                continue;
            }
            int before = rule.state(slot);
            boolean all = rule.placed(slot);
            moved |= rule.byCount;
            if (all || !rule.byCount) {
                for (int i = 0; i < cells.size(); i++) {
                    Cell cell = cells.get(i);
                    if (all || cell.states[r] == before) {
                        cell.known = false;
                    }
                }
            }
        }
        return moved;
    }
}

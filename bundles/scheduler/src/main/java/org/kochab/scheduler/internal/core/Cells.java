package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Slots divided by their state under all rules: a cell's slots get the same answers and differ only by their own rank. */
final class Cells {
    private final List<RuleState> rules;
    private final int limit;
    private final List<Cell> cells = new ArrayList<>();
    private final int[] wanted;
    private int[] table = filled(16);
    /** With a single rule over domains: its cells by domain, and first the one of slots without the key. */
    private @Nullable Cell[] byDomain = new Cell[0];

    private final @Nullable RuleState only;
    private @Nullable Cell last;
    private int lastState;

    Cells(List<RuleState> rules, int limit) {
        this.rules = rules;
        this.limit = limit;
        this.wanted = new int[rules.size()];
        this.only = rules.size() == 1 ? rules.get(0) : null;
        if (rules.isEmpty()) {
            cells.add(new Cell(wanted, limit));
        }
    }

    /** Whether all slots are in one cell. */
    boolean isOne() {
        return wanted.length == 0;
    }

    /** The cell of slots with these states, by rule. */
    Cell of(int[] states) {
        if (wanted.length == 0) {
            return cells.get(0);
        }
        System.arraycopy(states, 0, wanted, 0, wanted.length);
        return find();
    }

    /** The cell a slot belongs to as things are now. */
    Cell of(int slot) {
        if (wanted.length == 0) {
            return cells.get(0);
        }
        if (only == null) {
            return find(slot);
        }
        int state = only.state(slot);
        if (state == lastState && last != null) {
            return last;
        }
        Cell cell = only.byCount ? find(slot) : byDomain(state, slot);
        last = cell;
        lastState = state;
        return cell;
    }

    private Cell byDomain(int state, int slot) {
        int at = Math.max(state, -1) + 1;
        if (at >= byDomain.length) {
            byDomain = Arrays.copyOf(byDomain, Math.max(at + 1, 2 * byDomain.length));
        }
        Cell cell = byDomain[at];
        if (cell == null) {
            cell = find(slot);
            byDomain[at] = cell;
        }
        return cell;
    }

    private Cell find(int slot) {
        for (int r = 0; r < wanted.length; r++) {
            wanted[r] = rules.get(r).state(slot);
        }
        return find();
    }

    private Cell find() {
        int hash = 0;
        for (int r = 0; r < wanted.length; r++) {
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
    @Nullable
    Cell best() {
        while (true) {
            Cell best = null;
            long bestRank = 0;
            for (int i = 0; i < cells.size(); i++) {
                Cell cell = cells.get(i);
                if (!cell.known) {
                    ask(cell);
                }
                if (!cell.open || !cell.settle(this)) {
                    continue;
                }
                long rank = Points.raise(cell.bestRank(), cell.points);
                if (best == null || rank > bestRank || rank == bestRank && cell.bestSlot() < best.bestSlot()) {
                    best = cell;
                    bestRank = rank;
                }
            }
            if (best == null || best.bestSlot() >= 0) {
                return best;
            }
            best.look();
        }
    }

    /** Whether a slot still belongs to a cell. */
    boolean holds(Cell cell, int slot) {
        for (int r = 0; r < wanted.length; r++) {
            if (cell.states[r] != rules.get(r).state(slot)) {
                return false;
            }
        }
        return true;
    }

    private void ask(Cell cell) {
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
        if (moved) {
            cells.forEach(Cell::unsettle);
        }
        return moved;
    }
}

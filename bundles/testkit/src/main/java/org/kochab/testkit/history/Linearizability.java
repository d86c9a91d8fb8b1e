package org.kochab.testkit.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is an order of a register's calls that respects real time and explains every answer: the search of Wing and Gong
 * ("Testing and verifying concurrent objects", 1993), with the memory of visited configurations that Lowe added ("Testing for
 * linearizability", 2017). A call with unknown outcome may take effect at any time after it was called, or never.
 */
public final class Linearizability {
    /** A configuration: which calls have had their effect, and what they left. */
    private record Visited(BitSet done, @Nullable String value) {
        @Override
        public int hashCode() {
            long hash = value == null ? 0 : value.hashCode();
            for (long word : done.toLongArray()) {
                hash = (hash ^ word) * 0x9E3779B97F4A7C15L;
                hash ^= hash >>> 32;
            }
            return (int) hash;
        }
    }

    /** By return: the order in which they most likely had their effect. */
    private final List<Call> calls;

    private final Set<Visited> visited = new HashSet<>();
    private final BitSet done = new BitSet();
    private final List<Integer> order = new ArrayList<>();
    private final List<@Nullable String> values = new ArrayList<>();
    private List<Integer> best = List.of();
    private int known;

    private Linearizability(List<Call> all) {
        this.calls = new ArrayList<>(all);
        Set<String> observed = observed(all);
        calls.removeIf(c -> isUnknown(c) && !leavesOneOf(observed, c));
        calls.sort(Comparator.comparingLong(Call::returned).thenComparingLong(Call::called));
        this.known = (int) calls.stream().filter(c -> !isUnknown(c)).count();
    }

    /**
     * Checks all calls on one register, which is absent at first.
     *
     * @return empty if they are linearizable; else the calls, and how far an explanation got
     */
    public static Optional<String> violation(List<Call> calls) {
        return new Linearizability(calls).search();
    }

    /** Values that some answer shows, or that an unknown call needs on its way to one that does. */
    private static Set<String> observed(List<Call> all) {
        Set<String> observed = new HashSet<>();
        for (Call c : all) {
            if (c.answer() instanceof Call.Answer.Was was && was.value() != null) {
                observed.add(was.value());
            } else if (c.ask() instanceof Call.Ask.CompareAndSet cas && cas.expected() != null && !isUnknown(c)) {
                observed.add(cas.expected());
            }
        }
        boolean more = true;
        while (more) {
            more = false;
            for (Call c : all) {
                if (isUnknown(c)
                        && c.ask() instanceof Call.Ask.CompareAndSet cas
                        && cas.expected() != null
                        && leavesOneOf(observed, c)) {
                    more |= observed.add(cas.expected());
                }
            }
        }
        return observed;
    }

    /** An unknown call that leaves what nobody saw explains nothing. */
    private static boolean leavesOneOf(Set<String> observed, Call c) {
        String value = c.ask() instanceof Call.Ask.Read ? null : after(c, null);
        return value == null ? !(c.ask() instanceof Call.Ask.Read) : observed.contains(value);
    }

    private Optional<String> search() {
        String value = null;
        int from = 0;
        while (known > 0) {
            int next = candidate(from, value);
            if (next >= 0) {
                values.add(value);
                order.add(next);
                done.set(next);
                value = after(calls.get(next), value);
                known -= isUnknown(calls.get(next)) ? 0 : 1;
                from = 0;
                if (order.size() > best.size()) {
                    best = List.copyOf(order);
                }
            } else if (order.isEmpty()) {
                return Optional.of(describe());
            } else {
                int last = order.remove(order.size() - 1);
                value = values.remove(values.size() - 1);
                done.clear(last);
                known += isUnknown(calls.get(last)) ? 0 : 1;
                // What changes nothing was put as early as possible; later would explain no more.
                from = changesNothing(calls.get(last)) ? calls.size() : last + 1;
            }
        }
        return Optional.empty();
    }

    /** The next call that may come now, leads on, and was not tried in this configuration; those that change nothing first. */
    private int candidate(int from, @Nullable String value) {
        int open = done.nextClearBit(0);
        if (from >= calls.size() || open >= calls.size()) {
            return -1;
        }
        // Who was called after another returned cannot come before it.
        long latest = calls.get(open).returned();
        int found = -1;
        for (int i = open; i < calls.size(); i = done.nextClearBit(i + 1)) {
            Call c = calls.get(i);
            if (c.called() > latest || !explains(c, value)) {
                continue;
            }
            if (changesNothing(c)) {
                return from == 0 ? i : -1;
            }
            if (found < 0 && i >= from && isNew(i, after(c, value))) {
                found = i;
            }
        }
        if (found >= 0) {
            remember(found, after(calls.get(found), value));
        }
        return found;
    }

    private boolean isNew(int next, @Nullable String value) {
        done.set(next);
        boolean isNew = !visited.contains(new Visited(done, value));
        done.clear(next);
        return isNew;
    }

    private void remember(int next, @Nullable String value) {
        BitSet then = (BitSet) done.clone();
        then.set(next);
        visited.add(new Visited(then, value));
    }

    private static boolean isUnknown(Call c) {
        return c.answer() instanceof Call.Answer.Unknown;
    }

    private static boolean changesNothing(Call c) {
        return c.answer() instanceof Call.Answer.Was;
    }

    private static boolean explains(Call c, @Nullable String value) {
        if (c.answer() instanceof Call.Answer.Was was) {
            boolean refused =
                    !(c.ask() instanceof Call.Ask.CompareAndSet cas) || !Objects.equals(cas.expected(), value);
            return refused && Objects.equals(was.value(), value);
        }
        // An unknown compare-and-set that would fail changes nothing: leaving it out says the same.
        return !(c.ask() instanceof Call.Ask.CompareAndSet cas) || Objects.equals(cas.expected(), value);
    }

    private static @Nullable String after(Call c, @Nullable String value) {
        if (c.answer() instanceof Call.Answer.Was) {
            return value;
        }
        if (c.ask() instanceof Call.Ask.Write write) {
            return write.value();
        }
        return c.ask() instanceof Call.Ask.CompareAndSet cas ? cas.value() : value;
    }

    private String describe() {
        StringBuilder text = new StringBuilder(
                "no order explains these calls; at best " + best.size() + " of them can come first:\n");
        for (int i : best) {
            text.append("  explained ").append(calls.get(i)).append('\n');
        }
        for (int i = 0; i < calls.size(); i++) {
            if (!best.contains(i)) {
                text.append("  open      ").append(calls.get(i)).append('\n');
            }
        }
        return text.toString();
    }
}

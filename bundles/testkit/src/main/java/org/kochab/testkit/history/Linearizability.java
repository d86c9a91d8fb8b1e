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
    private record Visited(BitSet done, @Nullable String value) {}

    private final List<Call> calls;
    private final Set<Visited> visited = new HashSet<>();
    private final BitSet done = new BitSet();
    private final List<Integer> order = new ArrayList<>();
    private final List<@Nullable String> values = new ArrayList<>();
    private int known;
    private List<Integer> best = List.of();

    private Linearizability(List<Call> calls) {
        this.calls = new ArrayList<>(calls);
        this.calls.sort(Comparator.comparingLong(Call::called));
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
                from = last + 1;
            }
        }
        return Optional.empty();
    }

    /** The next call at or after {@code from} that may come now, leads on, and was not tried in this configuration. */
    private int candidate(int from, @Nullable String value) {
        long firstReturn = Long.MAX_VALUE;
        for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
            Call c = calls.get(i);
            if (c.called() > firstReturn) {
                return -1;
            }
            if (i >= from && explains(c, value)) {
                BitSet then = (BitSet) done.clone();
                then.set(i);
                if (visited.add(new Visited(then, after(c, value)))) {
                    return i;
                }
            }
            if (!isUnknown(c)) {
                firstReturn = Math.min(firstReturn, c.returned());
            }
        }
        return -1;
    }

    private static boolean isUnknown(Call c) {
        return c.answer() instanceof Call.Answer.Unknown;
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

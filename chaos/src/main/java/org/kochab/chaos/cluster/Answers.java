package org.kochab.chaos.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the writers of one partition were told, and how long they waited. Lines are as {@code org.kochab.chaos.load} writes them. */
final class Answers {
    /** What a client may be told instead of success: each says whether something changed, and what to do. */
    private static final Set<String> TYPED = Set.of("Busy", "NotLeader", "Conflict", "Unknown", "Absent");

    private record Span(long from, long to) {
        long within(long begin, long end) {
            return from < end && begin < to ? to - from : 0;
        }
    }

    private final Map<String, Long> asked = new HashMap<>();
    private final Map<String, Long> acknowledged = new HashMap<>();
    private final List<Span> calls = new ArrayList<>();
    private final List<Span> without = new ArrayList<>();
    private final SortedMap<String, Long> refusals = new TreeMap<>();

    void line(String line) {
        String[] w = line.split(" ");
        switch (w[0]) {
            case "S", "C" -> asked.put(w[1], Long.parseLong(w[2]));
            case "A" -> {
                long now = told(w);
                // The last word but one of an id is new with each start, so no time passes between two writers.
                String writer = w[1].substring(0, w[1].lastIndexOf('.'));
                Long before = acknowledged.put(writer, now);
                if (before != null) {
                    without.add(new Span(before, now));
                }
            }
            case "R", "U" -> {
                told(w);
                refusals.merge(w[3], 1L, Long::sum);
            }
            default -> {}
        }
    }

    private long told(String[] words) {
        long now = Long.parseLong(words[2]);
        Long then = asked.remove(words[1]);
        if (then == null) {
            throw new IllegalStateException("an answer to " + words[1] + ", which was not asked");
        }
        calls.add(new Span(then, now));
        return now;
    }

    /** The longest time, of those that have a part between two instants, that a call took. */
    long longestCall(long from, long to) {
        return longest(calls, from, to);
    }

    /** The same of the times between two acknowledgements to one writer, whatever it was told meanwhile. */
    long longestWithout(long from, long to) {
        return longest(without, from, to);
    }

    private static long longest(List<Span> spans, long from, long to) {
        return spans.stream().mapToLong(s -> s.within(from, to)).max().orElse(0);
    }

    /** How often each answer but success was given. */
    SortedMap<String, Long> refusals() {
        return new TreeMap<>(refusals);
    }

    /** How many answers do not say what happened and what to do. */
    long untyped() {
        return refusals.entrySet().stream()
                .filter(r -> !TYPED.contains(r.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}

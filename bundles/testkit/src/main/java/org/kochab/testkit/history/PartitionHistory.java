package org.kochab.testkit.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What clients and watchers of one partition were told, and whether it can be true. Values must be unique. Whatever is wrong is thrown as
 * an {@link AssertionError}. Not thread-safe.
 */
public final class PartitionHistory {
    /** What clients were told, by key. */
    private final Map<String, List<Call>> calls = new TreeMap<>();
    /** What acknowledged transactions set (null: deleted), by revision and key. */
    private final TreeMap<Long, Map<String, @Nullable String>> acknowledged = new TreeMap<>();
    /** What watchers saw, by revision and key. */
    private final Map<Long, Map<String, @Nullable String>> events = new HashMap<>();
    /** Values of transactions that were answered with "nothing changed". */
    private final Set<String> never = new HashSet<>();

    private @Nullable AssertionError violation;
    private long unknown;
    private long highest;

    /** Fails if it does not hold. */
    public static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Something was found wrong where nobody would hear of it; {@link #checkEnd} says it. */
    public void violated(AssertionError wrong) {
        if (violation == null) {
            violation = wrong;
        }
    }

    /** A call on one key and its answer; nothing but its own answer is checked before {@link #checkKeys}. */
    public void call(String key, Call call) {
        calls.computeIfAbsent(key, k -> new ArrayList<>()).add(call);
    }

    /** A transaction with this value was answered with "nothing changed". */
    public void neverWritten(String value) {
        never.add(value);
    }

    /** A transaction's outcome is not known and may never be. */
    public void unknown() {
        unknown++;
    }

    /** The highest acknowledged revision. */
    public long highest() {
        return highest;
    }

    /** How many transactions were acknowledged. */
    public int acknowledged() {
        return acknowledged.size();
    }

    /**
     * A transaction was acknowledged.
     *
     * @param highestBefore {@link #highest} when it was submitted
     * @param values what it set, by key; null if it deleted
     */
    public void committed(long revision, long highestBefore, Map<String, @Nullable String> values) {
        expect(
                revision > highestBefore,
                "revision " + revision + " for a transaction submitted after revision " + highestBefore);
        Map<String, @Nullable String> other = acknowledged.put(revision, values);
        expect(other == null, "revision " + revision + " was given twice: " + values + " and " + other);
        highest = Math.max(highest, revision);
    }

    /** Something was read that is complete up to a revision. {@code highestBefore} is {@link #highest} when the read began. */
    public void read(long revision, long highestBefore) {
        expect(
                revision >= highestBefore,
                "a read shows revision " + revision + " after " + highestBefore + " was acknowledged");
    }

    /** A value was seen by whoever reads. */
    public void seen(@Nullable String value) {
        expect(value == null || !never.contains(value), value + " is there, which was never to be written");
    }

    /** A watcher saw a key change; null if it was deleted. */
    public void event(long revision, String key, @Nullable String value) {
        Map<String, @Nullable String> atRevision = events.computeIfAbsent(revision, r -> new HashMap<>());
        if (atRevision.containsKey(key)) {
            expect(
                    Objects.equals(atRevision.get(key), value),
                    "two watchers saw " + atRevision.get(key) + " and " + value + " of key " + key + " at " + revision);
        }
        atRevision.put(key, value);
        expect(value == null || !never.contains(value), "a watcher saw " + value + ", which was never to be written");
    }

    /** A watcher of all keys saw every revision of this range that changed something: it must be what was acknowledged. */
    public void checkSeen(long after, long upTo) {
        acknowledged.subMap(after, false, upTo, true).forEach((revision, values) -> {
            Map<String, @Nullable String> seen = events.getOrDefault(revision, Map.of());
            values.forEach((key, value) -> expect(
                    value == null || value.equals(seen.get(key)),
                    "revision " + revision + " set " + key + " to " + value + ", watchers saw " + seen));
        });
    }

    /** The partition ends at this revision, after everything is answered or given up: nothing is lost and nothing is left out. */
    public void checkEnd(long last) {
        if (violation != null) {
            throw violation;
        }
        expect(last >= highest, "revision " + highest + " was acknowledged, the last one is " + last);
        expect(
                acknowledged.size() <= last && last <= acknowledged.size() + unknown,
                "revisions are not dense: " + acknowledged.size() + " acknowledged, " + unknown + " unknown, last "
                        + last);
    }

    /** Every key by itself is linearizable. */
    public void checkKeys() {
        calls.forEach((key, list) -> Linearizability.violation(list).ifPresent(why -> {
            throw new AssertionError("key " + key + ": " + why);
        }));
    }
}

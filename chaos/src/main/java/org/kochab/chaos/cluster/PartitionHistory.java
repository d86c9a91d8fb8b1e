package org.kochab.chaos.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.testkit.history.Call;
import org.kochab.testkit.history.Linearizability;

/** What all clients of one partition asked, were told and saw. Lines are as {@code org.kochab.chaos.load} writes them. */
final class PartitionHistory {
    private static final int MOST_FINDINGS = 20;

    /** A transaction without an answer yet. */
    private record Asked(String client, long called, boolean put, List<String> keys, String hash, Call.Ask ask) {}

    /** A watch, after revision {@code from}, without an end so far. */
    private static final class Segment {
        final String client;
        final long from;
        long last;
        long transactions;

        Segment(String client, long from) {
            this.client = client;
            this.from = from;
            this.last = from;
        }
    }

    /** What one of many watchers saw: so many transactions and the sum of their contents. */
    private record Crowded(String client, long from, long last, long transactions, String sum) {}

    private record Acknowledged(String member, long called, long returned) {}

    private final String partition;
    private final Map<String, Asked> asked = new HashMap<>();
    private final Map<String, List<Call>> calls = new TreeMap<>();
    private final Map<Long, String> acknowledgedAt = new HashMap<>();
    private final TreeMap<Long, String> events = new TreeMap<>();
    private final Map<String, Segment> watching = new HashMap<>();
    private final List<Segment> watched = new ArrayList<>();
    private final List<Crowded> crowd = new ArrayList<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private long unknown;
    private long reads;
    private long late;
    private long crowded;
    private long wrong;

    PartitionHistory(String partition) {
        this.partition = partition;
    }

    /** @param log which file of which member, one watcher each */
    void line(String member, String log, String line) {
        String[] w = line.split(" ");
        switch (w[0]) {
            case "S" -> {
                boolean put = w[3].equals("put");
                ask(
                        w[1],
                        new Asked(
                                member,
                                Long.parseLong(w[2]),
                                put,
                                List.of(w[4].split(",")),
                                w[5],
                                new Call.Ask.Write(put ? w[1] : null)));
            }
            case "C" ->
                ask(
                        w[1],
                        new Asked(
                                member,
                                Long.parseLong(w[2]),
                                true,
                                List.of(w[3]),
                                w[5],
                                new Call.Ask.CompareAndSet(value(w[4]), w[1])));
            case "A" -> acknowledge(take(w[1]), Long.parseLong(w[2]), Long.parseLong(w[3]));
            case "U" -> {
                unknown++;
                note(take(w[1]), Long.MAX_VALUE, new Call.Answer.Unknown());
            }
            case "R" -> take(w[1]);
            case "G" -> {
                reads++;
                add(
                        w[1],
                        new Call(
                                member,
                                Long.parseLong(w[2]),
                                Long.parseLong(w[3]),
                                new Call.Ask.Read(),
                                new Call.Answer.Was(value(w[4]))));
            }
            case "W" -> {
                Segment segment = new Segment(log, Long.parseLong(w[1]));
                watching.put(log, segment);
                watched.add(segment);
            }
            case "E" -> event(log, Long.parseLong(w[1]), w[2]);
            case "K" ->
                crowd.add(new Crowded(log, Long.parseLong(w[1]), Long.parseLong(w[2]), Long.parseLong(w[3]), w[4]));
            case "Q" -> late++;
            default -> throw new IllegalStateException("not a line of a chaos log: " + line);
        }
    }

    private static @Nullable String value(String word) {
        return word.equals("-") ? null : word;
    }

    private void ask(String id, Asked what) {
        asked.put(id, what);
    }

    private Asked take(String id) {
        Asked what = asked.remove(id);
        if (what == null) {
            throw new IllegalStateException("an answer to " + id + ", which was not asked");
        }
        return what;
    }

    private void acknowledge(Asked what, long returned, long revision) {
        acknowledged.add(new Acknowledged(what.client, what.called, returned));
        note(what, returned, new Call.Answer.Done());
        // a delete's events are those of the keys that were there, so its content is not known beforehand
        String before = what.put ? acknowledgedAt.put(revision, what.hash) : null;
        if (before != null && !before.equals(what.hash)) {
            find("two transactions were acknowledged as revision " + revision);
        }
    }

    private void note(Asked what, long returned, Call.Answer answer) {
        for (String key : what.keys) {
            add(key, new Call(what.client, what.called, returned, what.ask, answer));
        }
    }

    private void add(String key, Call call) {
        calls.computeIfAbsent(key, k -> new ArrayList<>()).add(call);
    }

    private void event(String log, long revision, String hash) {
        Segment segment = watching.get(log);
        if (segment == null) {
            throw new IllegalStateException(log + " saw revision " + revision + " before its watch began");
        }
        if (revision <= segment.last) {
            find(log + " saw revision " + revision + " after " + segment.last);
        }
        segment.last = Math.max(segment.last, revision);
        segment.transactions++;
        String before = events.putIfAbsent(revision, hash);
        if (before != null && !before.equals(hash)) {
            find("revision " + revision + " has one content for " + log + " and another for a watcher before it");
        }
    }

    /** The first acknowledgement to a member of what it asked after an instant. */
    Optional<Long> servedAfter(String member, long nanos) {
        return acknowledged.stream()
                .filter(a -> a.member.equals(member) && a.called > nanos)
                .map(Acknowledged::returned)
                .findFirst();
    }

    /** How many acknowledgements a member got between two instants. */
    long acknowledgedTo(String member, long from, long to) {
        return acknowledged.stream()
                .filter(a -> a.member.equals(member) && a.returned > from && a.returned < to)
                .count();
    }

    /** Checks all; to be called once, when the clients have ended. */
    void check() {
        List.copyOf(asked.keySet()).forEach(id -> {
            unknown++;
            note(take(id), Long.MAX_VALUE, new Call.Answer.Unknown());
        });
        calls.forEach((key, all) -> Linearizability.violation(all).ifPresent(v -> find("key " + key + ": " + v)));
        for (Segment s : watched) {
            long there = events.subMap(s.from, false, s.last, true).size();
            if (there != s.transactions) {
                find(s.client + " watched " + s.from + " to " + s.last + " and saw " + s.transactions
                        + " transactions, others saw " + there);
            }
        }
        crowd.forEach(this::check);
        acknowledgedAt.forEach((revision, hash) -> {
            String seen = events.get(revision);
            boolean covered = watched.stream().anyMatch(s -> s.from < revision && revision <= s.last);
            if (covered && !hash.equals(seen)) {
                find("acknowledged revision " + revision + " was " + (seen == null ? "not seen" : "seen otherwise")
                        + " by those who watched");
            }
        });
    }

    /** Only where somebody logged each transaction. */
    private void check(Crowded c) {
        if (watched.stream().noneMatch(s -> s.from <= c.from && c.last <= s.last)) {
            return;
        }
        crowded += Math.max(0, c.transactions);
        var there = events.subMap(c.from, false, c.last, true);
        long sum = there.values().stream()
                .mapToLong(hash -> Long.parseUnsignedLong(hash, 16))
                .sum();
        if (there.size() != c.transactions || !Long.toHexString(sum).equals(c.sum)) {
            find("one of many at " + c.client + " watched " + c.from + " to " + c.last + " and saw " + c.transactions
                    + " transactions with the sum " + c.sum + ", others saw " + there.size() + " with "
                    + Long.toHexString(sum));
        }
    }

    private void find(String finding) {
        wrong++;
        if (findings.size() < MOST_FINDINGS) {
            findings.add(partition + ": " + finding);
        }
    }

    List<String> findings() {
        return List.copyOf(findings);
    }

    long wrong() {
        return wrong;
    }

    long acknowledged() {
        return acknowledged.size();
    }

    long unknown() {
        return unknown;
    }

    long reads() {
        return reads;
    }

    /** Transactions seen by the many watchers, each one's counted, where they could be checked. */
    long crowded() {
        return crowded;
    }

    /** How often one of the many was too late. */
    long late() {
        return late;
    }

    long events() {
        return events.size();
    }
}

package org.kochab.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.testkit.history.Call;
import org.kochab.testkit.history.Call.Answer;
import org.kochab.testkit.history.Call.Ask;
import org.kochab.testkit.history.PartitionHistory;
import org.kochab.testkit.simulation.PartitionAccess.Handle;

/**
 * A client of a simulated world: reads, lists and submits, sometimes to a partition it got long ago, and writes down what it was told.
 */
public final class PartitionClient {
    /** The keys that clients use; some are the beginning of others. */
    /** Makes most values long and alike: the kernel keeps such ones in another way. */
    private static final String LONG = " ".repeat(10) + "what all values have in common ".repeat(10);

    public static final List<String> KEYS = List.of("a/1", "a/1x", "a/2", "b/1", "c");

    /** A transaction that has no answer yet. */
    private record Open(long called, Map<String, Ask> asks) {}

    private final Simulation simulation;
    private final PartitionHistory history;
    private final PartitionAccess access;
    private final String name;
    private final Map<String, Entry> known = new HashMap<>();
    private final Map<Integer, Open> open = new TreeMap<>();
    private @Nullable Handle handle;
    private int number;
    private long answered;

    /** @param name unique: values are made of it */
    public PartitionClient(Simulation simulation, PartitionHistory history, PartitionAccess access, String name) {
        this.simulation = simulation;
        this.history = history;
        this.access = access;
        this.name = name;
    }

    /** How many transactions were answered. */
    public long answered() {
        return answered;
    }

    public void start() {
        access.after(simulation.between(Duration.ofMillis(1), Duration.ofMillis(400)), () -> {
            if (access.isOpen()) {
                act();
                start();
            }
        });
    }

    private void act() {
        Handle h = handle;
        if (h == null || !simulation.chance(0.3)) {
            h = access.find();
            handle = h;
        }
        if (h == null || !h.there().getAsBoolean()) {
            return;
        }
        try {
            int what = simulation.below(10);
            if (what < 3) {
                read(h.partition(), KEYS.get(simulation.below(KEYS.size())));
            } else if (what < 4) {
                list(h);
            } else {
                for (int n = 1 + simulation.below(4); n > 0; n--) {
                    submit(h.partition());
                }
            }
        } catch (NotLeaderException e) {
            handle = null;
        }
    }

    private void read(Partition partition, String key) {
        long called = simulation.tick();
        Optional<Entry> entry = partition.get(key);
        saw(key, called, entry);
        long highest = history.highest();
        history.read(partition.revision(), highest);
    }

    private void saw(String key, long called, Optional<Entry> entry) {
        entry.ifPresentOrElse(e -> known.put(key, e), () -> known.remove(key));
        Answer was = new Answer.Was(entry.map(PartitionClient::text).orElse(null));
        history.call(key, new Call(name, called, simulation.tick(), new Ask.Read(), was));
    }

    /** Reads the first page now and the others later: together they are what one page would have been at that revision. */
    private void list(Handle h) {
        long called = simulation.tick();
        long highest = history.highest();
        List<Entry> now = all(h.partition(), "a/");
        ListPage first = h.partition().list("a/", 1);
        history.read(first.revision(), highest);
        for (String key : KEYS) {
            if (key.startsWith("a/")) {
                saw(key, called, now.stream().filter(e -> e.key().equals(key)).findFirst());
            }
        }
        if (h.here()) {
            goOn(h, first, new ArrayList<>(first.entries()), now);
        }
    }

    private void goOn(Handle h, ListPage page, List<Entry> pages, List<Entry> expected) {
        if (page.next().isEmpty()) {
            PartitionHistory.expect(
                    pages.equals(expected), "pages at one revision show " + pages + " instead of " + expected);
            return;
        }
        ListCursor cursor = page.next().get();
        access.after(simulation.between(Duration.ofMillis(1), Duration.ofMillis(800)), () -> {
            if (!h.there().getAsBoolean()) {
                return;
            }
            try {
                ListPage next = h.partition().list("a/", 1, cursor);
                PartitionHistory.expect(next.revision() == page.revision(), "pages of one list are at two revisions");
                pages.addAll(next.entries());
                goOn(h, next, pages, expected);
            } catch (GoneException | NotLeaderException e) {
                // Allowed: the history went on, or the leadership ended.
                return;
            }
        });
    }

    private void submit(Partition partition) {
        int id = ++number;
        List<Precondition> preconditions = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        Map<String, Ask> asks = new TreeMap<>();
        for (int n = 1 + simulation.below(3); n > 0; n--) {
            String key = KEYS.get(simulation.below(KEYS.size()));
            if (!asks.containsKey(key)) {
                String value = id % 3 == 0 ? name + "-" + id : name + "-" + id + LONG;
                asks.put(key, plan(key, value, preconditions, operations));
            }
        }
        Map<String, @Nullable String> values = new TreeMap<>();
        asks.forEach((key, ask) -> values.put(key, target(ask)));
        long highest = history.highest();
        Open mine = new Open(simulation.tick(), asks);
        open.put(id, mine);
        partition.submit(new Transaction(preconditions, operations)).thenAccept(result -> {
            // After the end it is known no more.
            if (open.remove(id) != null) {
                answered++;
                try {
                    answer(mine, result, preconditions, values, highest);
                } catch (AssertionError wrong) {
                    history.violated(wrong);
                }
            }
        });
    }

    private Ask plan(String key, String value, List<Precondition> preconditions, List<Operation> operations) {
        Entry last = known.get(key);
        boolean delete = simulation.chance(0.2);
        operations.add(delete ? new Operation.Delete(key) : new Operation.Put(key, value.getBytes(UTF_8)));
        String next = delete ? null : value;
        switch (simulation.below(4)) {
            case 0 -> {
                preconditions.add(new Precondition.Absent(key));
                return new Ask.CompareAndSet(null, next);
            }
            case 1, 2 -> {
                if (last != null) {
                    preconditions.add(new Precondition.AtRevision(key, last.revision()));
                    return new Ask.CompareAndSet(text(last), next);
                }
                return new Ask.Write(next);
            }
            default -> {
                return new Ask.Write(next);
            }
        }
    }

    private static @Nullable String target(Ask ask) {
        if (ask instanceof Ask.Write w) {
            return w.value();
        }
        return ask instanceof Ask.CompareAndSet c ? c.value() : null;
    }

    private void answer(
            Open mine,
            CommitResult result,
            List<Precondition> preconditions,
            Map<String, @Nullable String> values,
            long highest) {
        long now = simulation.tick();
        if (result instanceof CommitResult.Committed committed) {
            history.committed(committed.revision(), highest, values);
            mine.asks.forEach((key, ask) -> {
                history.call(key, new Call(name, mine.called, now, ask, new Answer.Done()));
                String value = values.get(key);
                if (value == null) {
                    known.remove(key);
                } else {
                    known.put(key, new Entry(key, value.getBytes(UTF_8), 0, committed.revision()));
                }
            });
        } else if (result instanceof CommitResult.Unknown) {
            unknown(mine);
        } else {
            values.values().stream().filter(v -> v != null).forEach(history::neverWritten);
            if (result instanceof CommitResult.Conflict conflict) {
                conflict(mine, conflict, preconditions, now);
            }
        }
    }

    private void conflict(Open mine, CommitResult.Conflict conflict, List<Precondition> preconditions, long now) {
        Entry actual = conflict.actual().orElse(null);
        PartitionHistory.expect(
                preconditions.stream()
                        .filter(p -> p.key().equals(conflict.key()))
                        .anyMatch(p -> p instanceof Precondition.Absent
                                ? actual != null
                                : actual == null || actual.revision() != ((Precondition.AtRevision) p).revision()),
                "conflict without reason: " + preconditions + " met " + actual);
        Answer was = new Answer.Was(conflict.actual().map(PartitionClient::text).orElse(null));
        history.call(conflict.key(), new Call(name, mine.called, now, new Ask.Read(), was));
        conflict.actual().ifPresentOrElse(e -> known.put(e.key(), e), () -> known.remove(conflict.key()));
    }

    private void unknown(Open mine) {
        history.unknown();
        mine.asks.forEach((key, ask) ->
                history.call(key, new Call(name, mine.called, Long.MAX_VALUE, ask, new Answer.Unknown())));
    }

    /** What was never answered, because whoever was asked, or this client, is no more, is unknown. */
    public void end() {
        List<Open> left = new ArrayList<>(open.values());
        open.clear();
        left.forEach(this::unknown);
    }

    static List<Entry> all(Partition partition, String prefix) {
        ListPage page = partition.list(prefix, 10_000);
        PartitionHistory.expect(page.next().isEmpty(), "a list of a few keys has a second page");
        return page.entries();
    }

    static String text(Entry entry) {
        return new String(entry.value(), UTF_8);
    }
}

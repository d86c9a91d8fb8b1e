package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.testkit.history.PartitionHistory;
import org.kochab.testkit.simulation.PartitionAccess.Handle;

/**
 * A watcher of a simulated world: lists once, then mirrors the keys of a prefix from events alone, over changes of leader; lists again
 * only when told to.
 */
public final class PartitionWatcher {
    private final Simulation simulation;
    private final PartitionHistory history;
    private final PartitionAccess access;
    private final String prefix;
    private final UnaryOperator<List<WatchEvent>> delivered;
    private final TreeMap<String, Entry> mirror = new TreeMap<>();
    private long seen = -1;
    /** Since this revision nothing was taken from a list. */
    private long watchedSince;

    private @Nullable Handle handle;
    private @Nullable Watch watch;
    private boolean signalled;

    /** @param delivered events pass through it; for simulations of mistakes */
    public PartitionWatcher(
            Simulation simulation,
            PartitionHistory history,
            PartitionAccess access,
            String prefix,
            UnaryOperator<List<WatchEvent>> delivered) {
        this.simulation = simulation;
        this.history = history;
        this.access = access;
        this.prefix = prefix;
        this.delivered = delivered;
    }

    public void start() {
        Duration slowest = simulation.chance(0.2) ? Duration.ofSeconds(3) : Duration.ofMillis(150);
        access.after(simulation.between(Duration.ofMillis(1), slowest), () -> {
            act();
            start();
        });
    }

    private void act() {
        try {
            Handle h = handle;
            if (watch == null || h == null) {
                connect();
            } else if (h.there().getAsBoolean()) {
                if (signalled || simulation.chance(0.05)) {
                    poll(h, watch);
                }
            } else if (!h.exists().getAsBoolean()) {
                watch = null;
            }
        } catch (GoneException e) {
            PartitionHistory.expect(e.oldestRevision() > 0, "gone without an oldest revision");
            forget();
        } catch (NotLeaderException e) {
            watch = null;
        }
    }

    private void forget() {
        if (prefix.isEmpty() && seen >= 0) {
            history.checkSeen(watchedSince, seen);
        }
        watch = null;
        seen = -1;
    }

    private void connect() throws GoneException {
        Handle h = access.find();
        if (h == null) {
            return;
        }
        Partition p = h.partition();
        if (seen < 0) {
            long highest = history.highest();
            ListPage page = p.list(prefix, 10_000);
            PartitionHistory.expect(page.next().isEmpty(), "a list of a few keys has a second page");
            history.read(page.revision(), highest);
            mirror.clear();
            page.entries().forEach(e -> mirror.put(e.key(), e));
            seen = page.revision();
            watchedSince = seen;
        }
        Watch w = p.watch(prefix, seen);
        handle = h;
        signalled = false;
        w.onAvailable(() -> signalled = true);
        watch = w;
    }

    private void poll(Handle h, Watch w) throws GoneException {
        signalled = false;
        List<WatchEvent> events = delivered.apply(w.poll());
        long before = seen;
        for (WatchEvent e : events) {
            PartitionHistory.expect(
                    e.revision() > before, "revision " + e.revision() + " after " + before + " was complete");
            PartitionHistory.expect(e.revision() >= seen, "revision " + e.revision() + " after " + seen);
            apply(e);
            seen = e.revision();
        }
        if (events.isEmpty()) {
            if (h.here()) {
                compare(h.partition());
            }
            if (simulation.chance(0.05)) {
                w.close();
                watch = null;
            }
        }
    }

    private void apply(WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            Entry entry = put.entry();
            Entry previous = mirror.put(entry.key(), entry);
            PartitionHistory.expect(
                    put.previous().equals(Optional.ofNullable(previous)),
                    "event says " + put.previous() + " was before, the watcher saw " + previous);
            PartitionHistory.expect(
                    entry.createRevision() == (previous == null ? entry.revision() : previous.createRevision()),
                    "create revision of " + entry + " is " + entry.createRevision());
            history.event(entry.revision(), entry.key(), PartitionClient.text(entry));
        } else if (event instanceof WatchEvent.Deleted deleted) {
            Entry previous = mirror.remove(deleted.previous().key());
            PartitionHistory.expect(
                    deleted.previous().equals(previous),
                    "event says " + deleted.previous() + " went, the watcher saw " + previous);
            history.event(deleted.revision(), deleted.previous().key(), null);
        }
    }

    /** Nothing is left to take: the mirror is what a list shows at the same instant. */
    private void compare(Partition p) {
        List<Entry> listed = PartitionClient.all(p, prefix);
        PartitionHistory.expect(
                listed.equals(new ArrayList<>(mirror.values())),
                "watcher of '" + prefix + "' has " + mirror.values() + ", a list shows " + listed);
    }

    /** After enough time without trouble and without writes it must have everything by itself. */
    public void checkCaughtUp(Handle last) {
        if (seen >= 0) {
            compare(last.partition());
        }
    }

    /** Takes all there is of a partition that is well, the leader's own, and not written any more; then nothing may be missing. */
    public void end(Handle last) {
        try {
            if (watch == null || handle == null || handle.partition() != last.partition()) {
                Watch former = watch;
                if (former != null) {
                    former.close();
                }
                handle = last;
                watch = seen < 0 ? null : last.partition().watch(prefix, seen);
            }
            Watch w = watch;
            // Bounded: each poll takes events, and nobody writes any more.
            for (long before = -2; w != null && before != seen; ) {
                before = seen;
                poll(last, w);
                w = watch;
            }
            if (watch != null) {
                compare(last.partition());
            }
            if (prefix.isEmpty() && seen >= 0) {
                history.checkSeen(watchedSince, seen);
            }
        } catch (GoneException e) {
            forget();
        }
    }
}

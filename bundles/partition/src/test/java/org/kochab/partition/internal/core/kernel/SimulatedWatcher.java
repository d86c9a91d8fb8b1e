package org.kochab.partition.internal.core.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.testkit.simulation.Simulation;

/** A watcher: lists once, then mirrors the keys of a prefix from events alone, over changes of leader; lists again only when told to. */
final class SimulatedWatcher {
    private final World world;
    private final Simulation simulation;
    private final String prefix;
    private final TreeMap<String, Entry> mirror = new TreeMap<>();
    private long seen = -1;
    /** Since this revision nothing was taken from a list. */
    private long watchedSince;

    private @Nullable SimulatedMember member;
    private int life;
    private @Nullable LedPartition partition;
    private @Nullable Watch watch;
    private boolean signalled;

    SimulatedWatcher(World world, String prefix) {
        this.world = world;
        this.simulation = world.simulation;
        this.prefix = prefix;
    }

    void start() {
        Duration slowest = simulation.chance(0.2) ? Duration.ofSeconds(3) : Duration.ofMillis(150);
        simulation.after(simulation.between(Duration.ofMillis(1), slowest), () -> {
            act();
            start();
        });
    }

    private void act() {
        try {
            if (watch == null) {
                connect();
            } else if (member != null && member.answers(partition, life)) {
                if (signalled || simulation.chance(0.05)) {
                    poll();
                }
            } else if (member == null || member.life() != life) {
                watch = null;
            }
        } catch (GoneException e) {
            World.expect(e.oldestRevision() > 0, "gone without an oldest revision");
            forget();
        } catch (NotLeaderException e) {
            watch = null;
        }
    }

    private void forget() {
        if (prefix.isEmpty() && seen >= 0) {
            world.checkSeen(watchedSince, seen);
        }
        watch = null;
        seen = -1;
    }

    private void connect() throws GoneException {
        for (SimulatedMember m : world.members) {
            LedPartition p = m.led();
            if (p == null || !p.isServing()) {
                continue;
            }
            if (seen < 0) {
                mirror.clear();
                World.all(p, prefix).forEach(e -> mirror.put(e.key(), e));
                seen = p.revision();
                watchedSince = seen;
            }
            member = m;
            life = m.life();
            partition = p;
            Watch w = p.watch(prefix, seen);
            signalled = false;
            w.onAvailable(() -> signalled = true);
            watch = w;
            return;
        }
    }

    private void poll() throws GoneException {
        Watch w = watch;
        LedPartition p = partition;
        if (w == null || p == null) {
            return;
        }
        signalled = false;
        List<WatchEvent> events = world.mutant.delivered(w.poll(), simulation);
        long before = seen;
        for (WatchEvent e : events) {
            World.expect(e.revision() > before, "revision " + e.revision() + " after " + before + " was complete");
            World.expect(e.revision() >= seen, "revision " + e.revision() + " after " + seen);
            apply(e);
            seen = e.revision();
        }
        if (events.isEmpty() && p.isServing()) {
            compare(p);
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
            World.expect(
                    put.previous().equals(java.util.Optional.ofNullable(previous)),
                    "event says " + put.previous() + " was before, the watcher saw " + previous);
            World.expect(
                    entry.createRevision() == (previous == null ? entry.revision() : previous.createRevision()),
                    "create revision of " + entry + " is " + entry.createRevision());
            world.event(entry.revision(), entry.key(), World.text(entry));
        } else if (event instanceof WatchEvent.Deleted deleted) {
            Entry previous = mirror.remove(deleted.previous().key());
            World.expect(
                    deleted.previous().equals(previous),
                    "event says " + deleted.previous() + " went, the watcher saw " + previous);
            world.event(deleted.revision(), deleted.previous().key(), null);
        }
    }

    /** Nothing is left to take: the mirror is what a list shows at the same instant. */
    private void compare(LedPartition p) {
        List<Entry> listed = World.all(p, prefix);
        World.expect(
                listed.equals(new ArrayList<>(mirror.values())),
                "watcher of '" + prefix + "' has " + mirror.values() + ", a list shows " + listed);
    }

    void end(LedPartition last) {
        act();
        if (watch == null || partition != last) {
            watch = null;
            act();
        }
        try {
            World.expect(watch != null || seen < 0, "the watcher cannot watch a healthy partition");
            // Bounded: each poll takes events, and nobody writes any more.
            for (long before = -2; watch != null && before != seen; ) {
                before = seen;
                poll();
            }
            if (watch != null && partition == last) {
                compare(last);
            }
            if (prefix.isEmpty() && seen >= 0) {
                world.checkSeen(watchedSince, seen);
            }
        } catch (GoneException e) {
            forget();
        }
    }
}

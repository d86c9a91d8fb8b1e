package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.kochab.api.model.PriorityClass;
import org.kochab.api.node.Claim;
import org.kochab.partition.internal.core.tenant.PodRecord.Eviction;
import org.kochab.partition.internal.core.tenant.PodRecord.Stage;
import org.kochab.partition.internal.core.tenant.Victims.Candidate;

/**
 * Makes room for refused pods by ending pods of lower priority of the same tenant. One pod at a time, {@link #MOST_NOMINATED} at most under way; a pod for
 * which room is being made counts on its node until it is placed, so that others do not take the room, or until it has waited too long. Used by the
 * pod thread only; times are nanoseconds of the caller's monotonic clock.
 */
public final class Preemptions {
    private static final long MILLI = 1_000_000L;
    private static final int MOST_NOMINATED = 16;
    private static final int MOST_CANDIDATES = 1_000;
    private static final long PER_QUESTION = 100 * MILLI;
    /** The pod thread has other things to do for so many times as long as a round took. */
    private static final int REST = 10;

    private static final long LEAST_PAUSE = 5_000;
    private static final long LONGEST_PAUSE = 60_000;
    private static final long UNKNOWN_PAUSE = 1_000;
    /** A nominated pod has so long to be placed after all that were ended have had their grace. */
    private static final long PLACING = 30_000 * MILLI;

    private static final long LONGEST_GRACE = 3_600;
    /** Seconds: pods that have longer to end count as if they stayed. */
    private static final long LONGEST_WAITED_FOR = 120;

    private static final int MOST_NAMED = 5;

    private record Nomination(PodRecord pod, Claim room, long until) {}

    private final PodDesk desk;
    private final BiFunction<PodRecord, String, Claim> claim;
    private final Consumer<PodRecord> says;
    private final LinkedHashSet<PodRecord> refused = new LinkedHashSet<>();
    private final LinkedHashMap<String, Nomination> nominations = new LinkedHashMap<>();
    private long notBefore = Long.MIN_VALUE;

    /**
     * @param claim of a pod on a node
     * @param says told of pods that have something new to say
     */
    Preemptions(PodDesk desk, BiFunction<PodRecord, String, Claim> claim, Consumer<PodRecord> says) {
        this.desk = desk;
        this.claim = claim;
        this.says = says;
    }

    /** A scheduler has refused a pod. */
    void refused(PodRecord r, long now) {
        if (r.nominated() != null) {
            return;
        }
        SpecPool.Shared s = r.shared;
        if (!desk.specs.hasLower(s)) {
            r.notNominated("");
        } else if (PriorityClass.NEVER.equals(s.spec.preemptionPolicy())) {
            r.notNominated("No other pod is ended for it: its preemptionPolicy is Never");
        } else if (now < s.preemptAt) {
            r.notNominated(s.preemption);
        } else {
            r.notNominated("");
            if (now >= r.preemptAt()) {
                add(r);
            }
        }
    }

    /** Who has waited longest gives way: it comes again with its next refusal. */
    private void add(PodRecord r) {
        if (refused.size() == MOST_CANDIDATES) {
            refused.remove(refused.iterator().next());
        }
        refused.add(r);
    }

    /** A batch is to be decided: its pods do not count where room is kept for them. */
    void begin(List<PodRecord> batch) {
        if (nominations.isEmpty()) {
            return;
        }
        for (PodRecord r : batch) {
            Nomination n = nominations.get(r.uid);
            if (n != null) {
                desk.model.forget(r.uid, n.room.node());
            }
        }
    }

    /** It is decided, or will not be: the room of those that still wait is kept. */
    void end() {
        if (nominations.isEmpty()) {
            return;
        }
        for (Nomination n : List.copyOf(nominations.values())) {
            if (isWaiting(n.pod)) {
                desk.model.assume(n.room);
            } else {
                drop(n);
            }
        }
    }

    private boolean isWaiting(PodRecord r) {
        return desk.byUid(r.uid) == r && r.stage == Stage.WAITING && !r.deleting;
    }

    /** The pod has its room, or does not need it any more, or must do without. */
    private void drop(Nomination n) {
        nominations.remove(n.pod.uid);
        n.pod.notNominated("");
        boolean isPlacedThere = n.pod.stage != Stage.WAITING && n.room.node().equals(n.pod.target);
        if (!isPlacedThere) {
            desk.model.forget(n.pod.uid, n.room.node());
        }
        if (desk.byUid(n.pod.uid) == n.pod) {
            desk.dirty(n.pod);
        }
    }

    /** Whether there is a pod to make room for now. */
    public boolean isDue(long now) {
        end();
        for (Nomination n : List.copyOf(nominations.values())) {
            if (now >= n.until) {
                drop(n);
                pause(n.pod, now);
            }
        }
        return !refused.isEmpty() && now >= notBefore && nominations.size() < MOST_NOMINATED;
    }

    /** Looks at the most urgent pod that was refused, and makes room for it if that can be. */
    public void round(Victims.Question question, LongSupplier nanos) throws InterruptedException {
        long began = nanos.getAsLong();
        Optional<PodRecord> next = next(began);
        if (next.isEmpty()) {
            return;
        }
        PodRecord r = next.get();
        Victims victims = new Victims(desk.model, r, question);
        Set<String> unknown = desk.unknown(r.tenant());
        if (unknown.isEmpty()) {
            decided(r, choose(r, victims), began);
        } else {
            helpless(r, "No other pod is ended for it as long as resource managers " + unknown + " cannot be read");
            r.shared.preemptAt = began + UNKNOWN_PAUSE * MILLI;
        }
        long now = nanos.getAsLong();
        notBefore = now + Math.max(victims.asked() * PER_QUESTION, REST * (now - began));
    }

    private Optional<PodRecord> next(long now) {
        refused.removeIf(r -> !isWaiting(r)
                || !r.queued
                || r.nominated() != null
                || now < Math.max(r.preemptAt(), r.shared.preemptAt));
        Optional<PodRecord> first = refused.stream().max(Comparator.comparingInt(r -> r.shared.priority()));
        first.ifPresent(refused::remove);
        return first;
    }

    private Victims.Choice choose(PodRecord r, Victims victims) throws InterruptedException {
        List<Candidate> ending = new ArrayList<>();
        List<Candidate> lower = new ArrayList<>();
        for (PodRecord other : desk.all()) {
            if (other.claimNode == null
                    || other.node == null
                    || other.terminal
                    || !other.tenant().equals(r.tenant())) {
                continue;
            }
            Candidate c = new Candidate(other, other.claimNode);
            if (other.deleting || other.eviction != null) {
                if (grace(other) <= LONGEST_WAITED_FOR) {
                    ending.add(c);
                }
            } else if (other.shared.priority() < r.shared.priority()) {
                lower.add(c);
            }
        }
        for (Nomination n : nominations.values()) {
            if (n.pod.tenant().equals(r.tenant()) && n.pod.shared.priority() < r.shared.priority()) {
                lower.add(new Candidate(n.pod, n.room.node()));
            }
        }
        return victims.choose(ending, lower);
    }

    private void decided(PodRecord r, Victims.Choice choice, long now) {
        if (choice instanceof Victims.Choice.None none) {
            helpless(r, none.why());
            pause(r, now);
        } else if (choice instanceof Victims.Choice.Room room) {
            makeRoom(r, room, now);
        } else {
            desk.queue.park(r, now, now);
        }
    }

    private void makeRoom(PodRecord r, Victims.Choice.Room room, long now) {
        r.shared.preemptedInARow = 0;
        r.nominate(room.node(), text(room), now + LEAST_PAUSE * MILLI);
        long grace = 0;
        for (Candidate c : room.victims()) {
            Nomination other = nominations.get(c.pod().uid);
            if (other == null) {
                evict(c.pod(), r, room.node());
            } else {
                drop(other);
            }
        }
        for (Candidate c : room.all()) {
            grace = Math.max(grace, grace(c.pod()));
        }
        Nomination n = new Nomination(r, claim.apply(r, room.node()), now + grace * 1_000 * MILLI + PLACING);
        nominations.put(r.uid, n);
        desk.model.assume(n.room);
        desk.dirty(r);
        says.accept(r);
        desk.queue.park(r, now + 1_000 * MILLI, now);
    }

    private static long grace(PodRecord r) {
        Long own = r.deleting ? Long.valueOf(r.graceSeconds) : r.shared.spec.terminationGracePeriodSeconds();
        return Math.min(LONGEST_GRACE, own == null ? 30 : own);
    }

    private void evict(PodRecord victim, PodRecord by, String node) {
        victim.eviction = Eviction.preempted("Ended to make room on node " + node + " for pod " + shown(by)
                + " of priority " + by.shared.priority() + "; its own is " + victim.shared.priority() + ".");
        desk.dirty(victim);
    }

    private void helpless(PodRecord r, String why) {
        r.notNominated(why);
        r.shared.preemption = why;
        says.accept(r);
    }

    /** All that are equal to it would fare the same. */
    private static void pause(PodRecord r, long now) {
        SpecPool.Shared s = r.shared;
        s.preemptAt = now + Backoff.after(LEAST_PAUSE, LONGEST_PAUSE, s.preemptedInARow++) * MILLI;
    }

    private static String text(Victims.Choice.Room room) {
        return "It waits for room on node " + room.node() + ", which "
                + (room.victims().isEmpty()
                        ? "pods that are ending leave: "
                        : "pods of lower priority leave, which are ended for it: ")
                + names(room.victims().isEmpty() ? room.all() : room.victims());
    }

    private static String names(List<Candidate> pods) {
        StringBuilder text = new StringBuilder();
        for (Candidate c : pods.subList(0, Math.min(MOST_NAMED, pods.size()))) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(shown(c.pod()))
                    .append(" (priority ")
                    .append(c.pod().shared.priority())
                    .append(')');
        }
        return pods.size() > MOST_NAMED ? text + " and " + (pods.size() - MOST_NAMED) + " more" : text.toString();
    }

    private static String shown(PodRecord r) {
        return r.shared.namespace + "/" + r.name();
    }
}

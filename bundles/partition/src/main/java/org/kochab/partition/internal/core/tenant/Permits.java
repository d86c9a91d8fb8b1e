package org.kochab.partition.internal.core.tenant;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.kochab.api.model.TenantId;
import org.kochab.spi.scheduler.Permit;
import org.kochab.spi.scheduler.Reservation;

/**
 * Reservations that hooks have a word in, from a scheduler's decision until the pod is bound or has lost the node: whom to ask next, what was answered, and what hooks are to be told. Not thread-safe; times are
 * nanoseconds of the caller's monotonic clock.
 */
public final class Permits {
    /** How many pods may have one; others wait. */
    static final int MOST = 10_000;

    static final long LONGEST = 600_000_000_000L;
    private static final long AFTER_BUSY = 50_000_000L;
    private static final int MOST_UNTOLD = 10_000;

    /**
     * A hook as it was registered.
     *
     * @param number another one for each that comes
     * @param label of the pods it has a word in; empty for all
     * @param tenants of them; empty for all
     * @param who for people: what it is, its name, bundle and version
     */
    public record Hook(long number, String name, String label, Set<String> tenants, String who) {
        boolean wants(PodRecord r) {
            return (label.isEmpty() || r.shared.labels.containsKey(label))
                    && (tenants.isEmpty() || tenants.contains(r.tenant()));
        }
    }

    /** One pod's reservation. */
    public static final class Entry {
        final PodRecord pod;
        private final Reservation reservation;
        private final List<Hook> hooks;
        private final long until;
        /** How many of the hooks allow it. */
        private int allowed;

        private long askAt;
        private boolean asked;

        private Entry(PodRecord pod, Reservation reservation, List<Hook> hooks, long now) {
            this.pod = pod;
            this.reservation = reservation;
            this.hooks = hooks;
            this.until = now + LONGEST;
        }

        public Reservation reservation() {
            return reservation;
        }

        private boolean isOver() {
            return pod.permit != this;
        }

        private boolean isAllowed() {
            return allowed == hooks.size();
        }
    }

    /** Reservations of one hook whose fate is known, each list in order. */
    public record Told(List<Reservation> bound, List<Reservation> released) {
        private Told() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        public boolean isEmpty() {
            return bound.isEmpty() && released.isEmpty();
        }
    }

    /** Whose reservation is over. */
    record Refused(PodRecord pod, String why) {}

    private List<Hook> hooks = List.of();
    private final Set<Entry> all = new LinkedHashSet<>();
    private final Map<Hook, ArrayDeque<Entry>> toAsk = new LinkedHashMap<>();
    private final PriorityQueue<Entry> waiting = new PriorityQueue<>(Comparator.comparingLong(e -> e.askAt));
    private final Map<Hook, Told> untold = new LinkedHashMap<>();
    private final List<PodRecord> allowed = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();

    /** Which there are now, by name. Reservations that wait for one that went do so no more; those made before one came do without it. */
    public void hooks(List<Hook> now) {
        if (now.equals(hooks)) {
            return;
        }
        hooks = now;
        untold.keySet().retainAll(now);
        toAsk.clear();
        waiting.clear();
        for (Entry e : List.copyOf(all)) {
            if (!e.isAllowed() && (!e.asked || !now.contains(e.hooks.get(e.allowed)))) {
                e.asked = false;
                next(e);
            }
        }
    }

    /** Whether hooks have a word in a pod. */
    boolean concerns(PodRecord r) {
        return hooks.stream().anyMatch(h -> h.wants(r));
    }

    boolean isFull() {
        return all.size() >= MOST;
    }

    /** A scheduler has chosen a node. */
    void begin(PodRecord r, String node, long now) {
        Reservation reservation = new Reservation(
                new TenantId(r.tenant()),
                r.shared.namespace,
                r.name(),
                r.uid,
                r.shared.labels,
                r.shared.spec,
                r.shared.requests,
                node);
        Entry e =
                new Entry(r, reservation, hooks.stream().filter(h -> h.wants(r)).toList(), now);
        r.permit = e;
        all.add(e);
        next(e);
    }

    /** On to the next hook that is there. */
    private void next(Entry e) {
        while (!e.isAllowed() && !hooks.contains(e.hooks.get(e.allowed))) {
            e.allowed++;
        }
        if (e.isAllowed()) {
            allowed.add(e.pod);
        } else {
            String who = e.hooks.get(e.allowed).who();
            e.pod.message = "It has node " + e.reservation.node() + " if " + who + " allows it.";
            ask(e);
        }
    }

    /** When somebody is to be asked again; {@code Long.MAX_VALUE} if nobody is. */
    long nextDue() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.peek().askAt;
    }

    /** What to ask a hook about now; each is in one call at a time, whose outcome is to be told here. */
    public List<Entry> take(Hook hook, int most, long now) {
        while (nextDue() <= now) {
            Entry e = waiting.remove();
            if (!e.isOver()) {
                ask(e);
            }
        }
        ArrayDeque<Entry> of = toAsk.get(hook);
        List<Entry> asked = new ArrayList<>();
        while (of != null && !of.isEmpty() && asked.size() < most) {
            Entry e = of.remove();
            if (!e.isOver()) {
                e.asked = true;
                asked.add(e);
            }
        }
        return asked;
    }

    private void ask(Entry e) {
        toAsk.computeIfAbsent(e.hooks.get(e.allowed), h -> new ArrayDeque<>()).add(e);
    }

    /** What a hook said of each. */
    public void answered(Hook hook, List<Entry> entries, List<Permit> answers, long now) {
        for (int i = 0; i < entries.size(); i++) {
            Entry e = entries.get(i);
            if (isAnswered(hook, e)) {
                answered(hook, e, answers.get(i), now);
            }
        }
    }

    private void answered(Hook hook, Entry e, Permit answer, long now) {
        if (answer instanceof Permit.Allow) {
            e.allowed++;
            next(e);
        } else if (answer instanceof Permit.Wait w && now - e.until < 0) {
            e.pod.message = hook.who() + ": " + w.reason();
            later(e, Math.min(e.until, now + w.askAgain().toNanos()));
        } else {
            String longest = answer instanceof Permit.Wait ? " It has waited for ten minutes." : "";
            refuse(e, hook.who() + ": " + answer.reason() + longest);
        }
    }

    /** A call failed: what it was about is refused. */
    public void failed(Hook hook, List<Entry> entries, String why) {
        for (Entry e : entries) {
            if (isAnswered(hook, e)) {
                refuse(e, why);
            }
        }
    }

    /** The hook could not be called now. */
    public void unanswered(Hook hook, List<Entry> entries, long now) {
        for (Entry e : entries) {
            if (isAnswered(hook, e)) {
                later(e, now + AFTER_BUSY);
            }
        }
    }

    private static boolean isAnswered(Hook hook, Entry e) {
        boolean counts = !e.isOver() && e.asked && e.hooks.get(e.allowed).equals(hook);
        if (counts) {
            e.asked = false;
        }
        return counts;
    }

    private void later(Entry e, long at) {
        e.askAt = at;
        waiting.add(e);
    }

    private void refuse(Entry e, String why) {
        refused.add(new Refused(e.pod, why));
        released(e.pod);
    }

    List<PodRecord> takeAllowed() {
        return taken(allowed);
    }

    List<Refused> takeRefused() {
        return taken(refused);
    }

    private static <T> List<T> taken(List<T> from) {
        List<T> taken = List.copyOf(from);
        from.clear();
        return taken;
    }

    /** Whether hooks have not yet said their last word, so that no manager was asked for it. */
    boolean isPending(PodRecord r) {
        return r.permit != null && !r.permit.isAllowed();
    }

    /** The pod is bound, durably. */
    void bound(PodRecord r, String node) {
        end(r, r.permit != null && r.permit.reservation.node().equals(node));
    }

    /** The pod does not get the node. */
    void released(PodRecord r) {
        end(r, false);
    }

    private void end(PodRecord r, boolean bound) {
        Entry e = r.permit;
        if (e == null) {
            return;
        }
        r.permit = null;
        all.remove(e);
        int asked = e.isAllowed() ? e.allowed : e.allowed + 1;
        for (Hook hook : e.hooks.subList(0, asked)) {
            if (hooks.contains(hook)) {
                Told told = untold.computeIfAbsent(hook, h -> new Told());
                List<Reservation> to = bound ? told.bound : told.released;
                if (to.size() < MOST_UNTOLD) {
                    to.add(e.reservation);
                }
            }
        }
    }

    /** What a hook is to be told, once. */
    public Told takeTold(Hook hook) {
        Told told = untold.remove(hook);
        return told == null ? new Told() : told;
    }
}

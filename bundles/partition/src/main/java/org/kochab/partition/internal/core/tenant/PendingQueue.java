package org.kochab.partition.internal.core.tenant;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Pods that wait for a scheduler, by classes of equal pods. The tenants take turns: a tenant waits for one share of a batch of each other one, however many pods those have, and whatever priority they
 * give them, for that compares a tenant's own pods only. Of a tenant's, higher priority goes first, then the class that came first. Refused pods are parked until their
 * time comes or {@link #wake}. Not thread-safe; times are nanoseconds of the caller's monotonic clock.
 */
final class PendingQueue {
    private record Parked(PodRecord pod, long at) {}

    /** Equal pods. */
    private static final class Alike {
        final ArrayDeque<PodRecord> pods = new ArrayDeque<>();
        /** What this batch takes of them; of an older batch if it is not this one's. */
        List<PodRecord> group = List.of();

        int batch;
    }

    /** A tenant's pods, by priority and class. */
    private record Line(TreeMap<Integer, LinkedHashMap<SpecPool.Shared, Alike>> classes) {
        Line() {
            this(new TreeMap<>(Comparator.reverseOrder()));
        }
    }

    /** By tenant, in the order of their turns. */
    private final LinkedHashMap<String, Line> ready = new LinkedHashMap<>();

    private final PriorityQueue<Parked> parked = new PriorityQueue<>(Comparator.comparingLong(Parked::at));
    private int waiting;
    private int batches;

    /** Adds a pod that is not in the queue. */
    void add(PodRecord pod) {
        pod.queued = true;
        pod.retryAt = 0;
        waiting++;
        ready(pod);
    }

    private void ready(PodRecord pod) {
        ready.computeIfAbsent(pod.tenant(), t -> new Line())
                .classes
                .computeIfAbsent(pod.shared.priority(), p -> new LinkedHashMap<>())
                .computeIfAbsent(pod.shared, k -> new Alike())
                .pods
                .add(pod);
    }

    /** Adds a pod that is not to be tried before {@code at}, and after {@code notBefore} when something changed. */
    void park(PodRecord pod, long at, long notBefore) {
        if (!pod.queued) {
            pod.queued = true;
            waiting++;
        }
        pod.retryAt = at;
        pod.notBefore = notBefore;
        parked.add(new Parked(pod, at));
    }

    /** Takes a pod out; its places in the lists are passed over later. */
    void remove(PodRecord pod) {
        if (pod.queued) {
            pod.queued = false;
            pod.retryAt = -1;
            waiting--;
        }
    }

    /** How many wait, parked ones included. */
    int size() {
        return waiting;
    }

    /** Something changed that could help: parked pods may be tried again, each at its earliest. */
    void wake(long now) {
        wake(pod -> Math.max(now, pod.notBefore));
    }

    /** What decides about pods is another now: all may be tried at once. */
    void wakeAll(long now) {
        wake(pod -> now);
    }

    private void wake(ToLongFunction<PodRecord> earliest) {
        List<Parked> all = new ArrayList<>(parked);
        parked.clear();
        for (Parked p : all) {
            if (isCurrent(p)) {
                long at = Math.min(p.at, earliest.applyAsLong(p.pod));
                p.pod.retryAt = at;
                parked.add(new Parked(p.pod, at));
            }
        }
    }

    private static boolean isCurrent(Parked p) {
        return p.pod.queued && p.pod.retryAt == p.at;
    }

    /** When the next parked pod is due; {@code Long.MAX_VALUE} if none is parked. */
    long nextDue() {
        while (!parked.isEmpty() && !isCurrent(parked.peek())) {
            parked.poll();
        }
        return parked.isEmpty() ? Long.MAX_VALUE : parked.peek().at;
    }

    boolean hasReady(long now) {
        return !ready.isEmpty() || nextDue() <= now;
    }

    /**
     * Takes up to {@code most} pods: of each tenant its share in turn, class by class; what one leaves of its share is for the others.
     *
     * @param free whether a pod may be placed now; others are parked for 5 ms
     */
    List<List<PodRecord>> take(int most, long now, Predicate<PodRecord> free) {
        while (nextDue() <= now) {
            PodRecord pod = parked.remove().pod();
            pod.retryAt = 0;
            ready(pod);
        }
        batches++;
        List<List<PodRecord>> batch = new ArrayList<>();
        int left = most;
        while (!ready.isEmpty() && left > 0) {
            left -= round(left, now, free, batch);
        }
        return batch;
    }

    /** One turn of each tenant, as far as that goes. Who has more then is behind those whose turn is still to come. */
    private int round(int most, long now, Predicate<PodRecord> free, List<List<PodRecord>> batch) {
        int left = most;
        for (int turns = ready.size(); turns > 0 && left > 0; turns--) {
            Map.Entry<String, Line> first = ready.entrySet().iterator().next();
            String tenant = first.getKey();
            Line line = first.getValue();
            ready.remove(tenant);
            left -= turn(line, (left + turns - 1) / turns, now, free, batch);
            if (!line.classes.isEmpty()) {
                ready.put(tenant, line);
            }
        }
        return most - left;
    }

    private int turn(Line line, int share, long now, Predicate<PodRecord> free, List<List<PodRecord>> batch) {
        int taken = 0;
        for (var p = line.classes.values().iterator(); p.hasNext() && taken < share; ) {
            LinkedHashMap<SpecPool.Shared, Alike> classes = p.next();
            taken += turn(classes, share - taken, now, free, batch);
            if (classes.isEmpty()) {
                p.remove();
            }
        }
        return taken;
    }

    private int turn(
            LinkedHashMap<SpecPool.Shared, Alike> classes,
            int share,
            long now,
            Predicate<PodRecord> free,
            List<List<PodRecord>> batch) {
        int taken = 0;
        for (Iterator<Map.Entry<SpecPool.Shared, Alike>> c = classes.entrySet().iterator();
                c.hasNext() && taken < share; ) {
            Map.Entry<SpecPool.Shared, Alike> next = c.next();
            Alike alike = next.getValue();
            while (!alike.pods.isEmpty() && taken < share) {
                PodRecord pod = alike.pods.remove();
                if (!pod.queued || pod.retryAt != 0 || pod.shared != next.getKey()) {
                    continue;
                }
                if (!free.test(pod)) {
                    park(pod, now + 5_000_000, now);
                    continue;
                }
                pod.queued = false;
                pod.retryAt = -1;
                waiting--;
                group(alike, share - taken, batch).add(pod);
                taken++;
            }
            if (alike.pods.isEmpty()) {
                c.remove();
            }
        }
        return taken;
    }

    /** Where this batch has pods of a class; the scheduler looks at a class once. */
    private List<PodRecord> group(Alike of, int more, List<List<PodRecord>> batch) {
        if (of.batch != batches) {
            of.batch = batches;
            of.group = new ArrayList<>(Math.min(of.pods.size() + 1, more));
            batch.add(of.group);
        }
        return of.group;
    }
}

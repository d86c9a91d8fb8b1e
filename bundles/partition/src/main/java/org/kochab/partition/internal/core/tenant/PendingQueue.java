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
 * Pods that wait for a scheduler, by classes of equal pods: higher priority first, then the class that came first. Refused pods are parked until
 * their time comes or {@link #wake}. Not thread-safe; times are nanoseconds of the caller's monotonic clock.
 */
final class PendingQueue {
    private record Parked(PodRecord pod, long at) {}

    private final TreeMap<Integer, LinkedHashMap<SpecPool.Shared, ArrayDeque<PodRecord>>> ready =
            new TreeMap<>(Comparator.reverseOrder());
    private final PriorityQueue<Parked> parked = new PriorityQueue<>(Comparator.comparingLong(Parked::at));
    private int waiting;

    /** Adds a pod that is not in the queue. */
    void add(PodRecord pod) {
        pod.queued = true;
        pod.retryAt = 0;
        waiting++;
        ready(pod);
    }

    private void ready(PodRecord pod) {
        ready.computeIfAbsent(pod.shared.priority(), p -> new LinkedHashMap<>())
                .computeIfAbsent(pod.shared, k -> new ArrayDeque<>())
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
     * Takes up to {@code most} pods, class by class.
     *
     * @param free whether a pod may be placed now; others are parked for 5 ms
     */
    List<List<PodRecord>> take(int most, long now, Predicate<PodRecord> free) {
        while (nextDue() <= now) {
            PodRecord pod = parked.remove().pod();
            pod.retryAt = 0;
            ready(pod);
        }
        List<List<PodRecord>> batch = new ArrayList<>();
        int taken = 0;
        for (Iterator<LinkedHashMap<SpecPool.Shared, ArrayDeque<PodRecord>>> p =
                        ready.values().iterator();
                p.hasNext() && taken < most; ) {
            LinkedHashMap<SpecPool.Shared, ArrayDeque<PodRecord>> classes = p.next();
            for (Iterator<Map.Entry<SpecPool.Shared, ArrayDeque<PodRecord>>> c =
                            classes.entrySet().iterator();
                    c.hasNext() && taken < most; ) {
                Map.Entry<SpecPool.Shared, ArrayDeque<PodRecord>> equal = c.next();
                ArrayDeque<PodRecord> pods = equal.getValue();
                List<PodRecord> group = new ArrayList<>(Math.min(pods.size(), most - taken));
                while (!pods.isEmpty() && taken < most) {
                    PodRecord pod = pods.poll();
                    if (!pod.queued || pod.retryAt != 0 || pod.shared != equal.getKey()) {
                        continue;
                    }
                    if (!free.test(pod)) {
                        park(pod, now + 5_000_000, now);
                        continue;
                    }
                    pod.queued = false;
                    pod.retryAt = -1;
                    waiting--;
                    group.add(pod);
                    taken++;
                }
                if (!group.isEmpty()) {
                    batch.add(group);
                }
                if (pods.isEmpty()) {
                    c.remove();
                }
            }
            if (classes.isEmpty()) {
                p.remove();
            }
        }
        return batch;
    }
}

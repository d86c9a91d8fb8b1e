package org.kochab.gateway.internal.core;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one of a number of places, in flows that take turns. Fairness is by time: a flow has its turns as long as it has used no more time than its turns gave
 * it, so that one with long requests has fewer of them done, not more time. Nobody waits for more than one request of each other flow and the places' being free.
 *
 * <p>The model is Kubernetes' <em>API Priority and Fairness</em> (priority levels with seats, queues of flows, rejection when queues are full). What it does by
 * virtual time is done here by deficit round robin (Shreedhar and Varghese, 1995) as <em>surplus round robin</em>, which needs no cost in advance: what a request took is
 * charged when it has ended. Flows are known for certain, by their certificates, so each has a queue of its own in place of shuffle sharding's few for all; when all are
 * full, the newest of the longest gives way to a flow with less, as in McKenney's stochastic fairness queueing.
 *
 * <p>Not thread-safe.
 */
public final class FairQueue<T> {
    /** Time that a turn gives: less than most requests take. */
    private static final long QUANTUM = 1_000_000;
    /** A flow that has used more than this beyond its turns is forgiven the rest: turns are counted through one by one. */
    private static final long MOST_DEBT = 500 * QUANTUM;

    private static final class Flow<T> {
        final String name;
        final ArrayDeque<T> waiting = new ArrayDeque<>();
        int running;
        long balance = QUANTUM;
        boolean inTurn;

        Flow(String name) {
            this.name = name;
        }
    }

    /**
     * How much there may be.
     *
     * @param running at the same time
     * @param runningOfOne flow
     * @param waiting for that
     * @param waitingOfOne flow
     */
    public record Bounds(int running, int runningOfOne, int waiting, int waitingOfOne) {}

    /** What was full. */
    public enum Full {
        /** The flow has all that one may have waiting. */
        FLOW,
        /** All places to wait are taken, by flows with no more than this one. */
        ALL
    }

    /** An item that is not to be done: the one that was offered, or one that gave way to it. */
    public record Refused<T>(T item, Full by) {}

    /** An item to be done now; {@link #done} when it has ended. */
    public record Taken<T>(String flow, T item) {}

    private final Bounds bounds;
    private final Map<String, Flow<T>> flows = new LinkedHashMap<>();
    /** Those that have something waiting and may have one more running, in the order of their turns. */
    private final ArrayDeque<Flow<T>> turns = new ArrayDeque<>();

    private int running;
    private int waiting;

    public FairQueue(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Adds an item at the end of its flow. @return what is refused for it; null if there was room */
    public @Nullable Refused<T> offer(String flow, T item) {
        Flow<T> own = flows.get(flow);
        int before = own == null ? 0 : own.waiting.size();
        if (before >= bounds.waitingOfOne) {
            return new Refused<>(item, Full.FLOW);
        }
        Refused<T> refused = null;
        if (waiting >= bounds.waiting) {
            Flow<T> longest = longest();
            if (longest == null || longest.waiting.size() <= before + 1) {
                return new Refused<>(item, Full.ALL);
            }
            refused = new Refused<>(longest.waiting.removeLast(), Full.ALL);
            waiting--;
        }
        if (own == null) {
            own = new Flow<>(flow);
            flows.put(flow, own);
        }
        own.waiting.add(item);
        waiting++;
        turn(own);
        return refused;
    }

    private @Nullable Flow<T> longest() {
        Flow<T> longest = null;
        for (Flow<T> f : flows.values()) {
            if (longest == null || f.waiting.size() > longest.waiting.size()) {
                longest = f;
            }
        }
        return longest;
    }

    private void turn(Flow<T> flow) {
        if (!flow.inTurn && !flow.waiting.isEmpty() && flow.running < bounds.runningOfOne) {
            flow.inTurn = true;
            turns.add(flow);
        }
    }

    /** The next that may be done; null if none may now. */
    public @Nullable Taken<T> take() {
        if (running >= bounds.running) {
            return null;
        }
        while (true) {
            Flow<T> flow = turns.poll();
            if (flow == null) {
                return null;
            }
            flow.balance = Math.min(QUANTUM, flow.balance + QUANTUM);
            if (flow.balance <= 0) {
                turns.add(flow);
                continue;
            }
            flow.inTurn = false;
            T item = flow.waiting.remove();
            waiting--;
            running++;
            flow.running++;
            turn(flow);
            return new Taken<>(flow.name, item);
        }
    }

    /** An item of this flow has ended. @param nanos how long it took */
    public void done(String flow, long nanos) {
        Flow<T> of = flows.get(flow);
        if (of == null || of.running == 0) {
            throw new IllegalStateException("nothing of flow " + flow + " is being done");
        }
        running--;
        of.running--;
        of.balance = Math.max(-MOST_DEBT, of.balance - Math.max(0, nanos));
        turn(of);
        if (of.running == 0 && of.waiting.isEmpty()) {
            flows.remove(flow);
        }
    }

    /** Whether nothing waits and nothing is being done. */
    public boolean isIdle() {
        return flows.isEmpty();
    }

    public int running() {
        return running;
    }

    public int waiting() {
        return waiting;
    }

    public int running(String flow) {
        Flow<T> of = flows.get(flow);
        return of == null ? 0 : of.running;
    }

    public int waiting(String flow) {
        Flow<T> of = flows.get(flow);
        return of == null ? 0 : of.waiting.size();
    }
}

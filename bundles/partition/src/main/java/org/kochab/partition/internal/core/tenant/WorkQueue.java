package org.kochab.partition.internal.core.tenant;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * What is to be done, each item once: an item added while it waits is not added again, one added while it is being done is done once more
 * afterwards, and never twice at a time. Tenants take turns: whoever has one item waits for one of each other tenant at most. Failed items come back with growing delay.
 * As large as there are different items. Not thread-safe; times are nanoseconds of the caller's monotonic clock.
 */
public final class WorkQueue<T> {
    private static final long FIRST_DELAY = 10_000_000L;
    private static final long LONGEST_DELAY = 60_000_000_000L;

    private static final class State {
        boolean ready;
        boolean running;
        boolean again;
        boolean resting;
        long restUntil = Long.MIN_VALUE;
        int failures;
        long dueAt = Long.MAX_VALUE;

        boolean isIdle() {
            return !ready && !running && dueAt == Long.MAX_VALUE;
        }
    }

    private record Due<T>(T item, long at) {}

    private final Map<T, State> states = new HashMap<>();
    private final TenantRing<T> ready = new TenantRing<>();
    private final PriorityQueue<Due<T>> delayed = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    private final Function<T, String> tenant;
    private int resting;

    /** @param tenant whose turn an item takes */
    public WorkQueue(Function<T, String> tenant) {
        this.tenant = tenant;
    }

    public void add(T item) {
        State s = states.computeIfAbsent(item, i -> new State());
        if (s.running) {
            s.again = true;
        } else if (!s.ready && !s.resting) {
            s.ready = true;
            s.dueAt = Long.MAX_VALUE;
            ready.add(tenant.apply(item), item);
        }
    }

    /** The next item; it is being done until {@link #done}, {@link #later} or {@link #failed}. */
    public Optional<T> take(long now) {
        while (!delayed.isEmpty() && delayed.peek().at <= now) {
            Due<T> due = delayed.remove();
            State s = states.get(due.item);
            if (s != null && s.dueAt == due.at) {
                s.dueAt = Long.MAX_VALUE;
                if (s.resting) {
                    s.resting = false;
                    resting--;
                }
                add(due.item);
            }
        }
        T item = ready.poll();
        if (item != null) {
            State s = states.get(item);
            s.ready = false;
            s.running = true;
        }
        return Optional.ofNullable(item);
    }

    /** When the next delayed item is due; {@code Long.MAX_VALUE} if none is. */
    public long nextDue() {
        return ready.isEmpty() ? (delayed.isEmpty() ? Long.MAX_VALUE : delayed.peek().at) : Long.MIN_VALUE;
    }

    /** Of an item that is being done: if it was added meanwhile, it is not done again before this time. */
    public void rest(T item, long until) {
        states.get(item).restUntil = until;
    }

    /** How many items wait for the end of their rest. */
    public int resting() {
        return resting;
    }

    public void done(T item) {
        State s = states.get(item);
        s.failures = 0;
        end(item, s);
    }

    /** Done, and to be done again after a while in any case. */
    public void later(T item, long at) {
        State s = states.get(item);
        s.failures = 0;
        delay(item, s, at);
    }

    /** @return after how many failures in a row it is tried again */
    public int failed(T item, long now) {
        State s = states.get(item);
        s.failures++;
        delay(item, s, now + Backoff.after(FIRST_DELAY, LONGEST_DELAY, s.failures - 1));
        return s.failures;
    }

    private void delay(T item, State s, long at) {
        s.dueAt = at;
        delayed.add(new Due<>(item, at));
        end(item, s);
    }

    private void end(T item, State s) {
        s.running = false;
        if (s.again) {
            s.again = false;
            if (s.failures == 0 && s.restUntil != Long.MIN_VALUE) {
                s.resting = true;
                resting++;
                if (s.dueAt > s.restUntil) {
                    s.dueAt = s.restUntil;
                    delayed.add(new Due<>(item, s.restUntil));
                }
            } else if (s.failures == 0) {
                add(item);
            }
        }
        s.restUntil = Long.MIN_VALUE;
        if (s.isIdle()) {
            states.remove(item);
        }
    }

    /** Items that wait or are being done. */
    public int size() {
        return states.size();
    }
}

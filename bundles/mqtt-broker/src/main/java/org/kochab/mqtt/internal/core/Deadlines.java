package org.kochab.mqtt.internal.core;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Things that fall due, in order of time and then of scheduling. Cancelling leaves nothing behind. */
final class Deadlines<T> {
    private final TreeSet<Deadline<T>> pending =
            new TreeSet<>(Comparator.<Deadline<T>>comparingLong(Deadline::at).thenComparingLong(Deadline::sequence));
    private long sequence;

    record Deadline<T>(long at, long sequence, T subject) {}

    Deadline<T> schedule(long at, T subject) {
        Deadline<T> deadline = new Deadline<>(at, sequence++, subject);
        pending.add(deadline);
        return deadline;
    }

    void cancel(Deadline<T> deadline) {
        pending.remove(deadline);
    }

    int size() {
        return pending.size();
    }

    /** Hands over what is due at {@code now}, each removed before; {@code action} may schedule and cancel. */
    void expire(long now, Consumer<T> action) {
        while (!pending.isEmpty() && pending.first().at() <= now) {
            Deadline<T> due = pending.first();
            pending.remove(due);
            action.accept(due.subject());
        }
    }
}

package org.kochab.chaos.load.internal.swap;

import java.util.concurrent.TimeUnit;

/** Lets the writers of a phase through one by one: at a pace, and never far ahead of the swaps or of what is bound. Thread-safe. */
final class Turnstile {
    /** Pods submitted and not bound. */
    private static final int MOST_WAITING = 4_000;

    private static final int SWAPS_AHEAD = 3;
    private static final int LOOK_MILLIS = 5;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final int first;
    private final int pods;
    private final int swaps;
    private final long intervalNanos;
    private final Bindings bindings;
    private int passed;
    private int swapped;
    private long due = System.nanoTime();

    Turnstile(int first, int pods, int swaps, int pace, Bindings bindings) {
        this.first = first;
        this.pods = pods;
        this.swaps = swaps;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / pace;
        this.bindings = bindings;
    }

    /** @return the number of the pod to be submitted now; -1 if there are no more */
    int pass() throws InterruptedException {
        long at;
        int number;
        synchronized (this) {
            if (passed == pods) {
                return -1;
            }
            number = first + passed;
            passed++;
            awaitOthers();
            at = Math.max(due, System.nanoTime());
            due = at + intervalNanos;
            notifyAll();
        }
        TimeUnit.NANOSECONDS.sleep(at - System.nanoTime());
        return number;
    }

    private void awaitOthers() throws InterruptedException {
        long since = System.nanoTime();
        int turn = passed;
        while (isAhead(turn)) {
            wait(LOOK_MILLIS);
            if (System.nanoTime() - since > PATIENCE_NANOS) {
                throw new IllegalStateException("two minutes without a swap or a binding: of " + (first + turn)
                        + " pods " + bindings.bound() + " are bound, " + swapped + " swaps are done");
            }
        }
    }

    private boolean isAhead(int turn) {
        return first + turn - bindings.bound() > MOST_WAITING
                || (long) turn * swaps > (long) (swapped + SWAPS_AHEAD) * pods;
    }

    /** Returns when it is time for the next swap. */
    synchronized void awaitSwap() throws InterruptedException {
        long since = System.nanoTime();
        while ((long) passed * swaps < (long) swapped * pods) {
            wait(LOOK_MILLIS);
            if (System.nanoTime() - since > PATIENCE_NANOS) {
                throw new IllegalStateException("the writers have submitted nothing for two minutes");
            }
        }
    }

    synchronized void swapped() {
        swapped++;
        notifyAll();
    }
}

package org.kochab.benchmarks.pack;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way to place pods, on a cluster of its own that it fills. Used by one thread. */
interface Placer {
    String name();

    /** Places pods in their order; null for one that fits nowhere. */
    List<@Nullable Placement> place(List<Shape> pods);

    /** @throws IllegalStateException if its own cluster is not as these books say */
    void check(Fleet books);

    /** Nanoseconds of the clock that the decisions have taken so far. */
    long nanos();

    /** Nanoseconds of the thread's CPU time that the decisions have taken so far. */
    long cpuNanos();
}

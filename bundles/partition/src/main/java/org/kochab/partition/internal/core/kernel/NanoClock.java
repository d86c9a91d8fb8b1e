package org.kochab.partition.internal.core.kernel;

/** A monotonic clock in nanoseconds, with any origin. Safe for any thread. */
@FunctionalInterface
public interface NanoClock {
    long nanos();
}

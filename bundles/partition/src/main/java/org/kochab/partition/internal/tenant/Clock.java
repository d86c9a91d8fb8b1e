package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The time that whoever waits for a partition lives by: a real thread's, or that of a simulated process. */
interface Clock {
    Clock REAL = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration wait) {
            LockSupport.parkNanos(Math.max(1, wait.toNanos()));
        }
    };

    /** A monotonic clock. */
    long nanos();

    /** Waits, less if the thread is interrupted. */
    void pause(Duration wait);
}

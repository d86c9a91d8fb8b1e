package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for a vendor's call in slices, so that a member that was paused as a whole does not take it for a call that does not end. */
final class SlicedWait {
    private static final int SLICES = 10;

    private SlicedWait() {}

    /** @return whether it has ended within the limit */
    static boolean ends(CountDownLatch done, Duration limit) throws InterruptedException {
        for (int i = 0; i < SLICES; i++) {
            if (done.await(limit.toNanos() / SLICES, TimeUnit.NANOSECONDS)) {
                return true;
            }
        }
        return false;
    }
}

package org.kochab.scheduler.internal.osgi;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.kochab.scheduler.internal.core.PluginWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one vendor's plugin has behaved. A scorer that was slow several times in a row is left out for some batches; a filter or rule never is, because
 * pods would then go where it says they must not: it is only complained about.
 */
final class Conduct implements PluginWatch {
    private static final Logger LOG = LoggerFactory.getLogger(Conduct.class);
    /** The first failures of a plugin are logged, and then every so many. */
    private static final int LOGGED_FIRST = 5;

    private static final int LOGGED_EVERY = 1000;

    private final String vendor;
    private final LongSupplier clock;
    private final long slowNanos;
    private final int slowGroups;
    private final int quarantineBatches;
    private final AtomicInteger slowInARow = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger batchesLeftOut = new AtomicInteger();

    Conduct(String vendor, LongSupplier clock, SchedulerConfig config) {
        this.vendor = vendor;
        this.clock = clock;
        this.slowNanos = TimeUnit.MILLISECONDS.toNanos(config.slow_millis());
        this.slowGroups = config.slow_groups();
        this.quarantineBatches = config.quarantine_batches();
    }

    @Override
    public long now() {
        return clock.getAsLong();
    }

    @Override
    public void took(String plugin, long nanos) {
        if (nanos <= slowNanos) {
            slowInARow.set(0);
            return;
        }
        int slow = slowInARow.incrementAndGet();
        if (slow == slowGroups) {
            batchesLeftOut.set(quarantineBatches);
            LOG.warn(
                    "Placement plugin '{}' of {} took {} ms for one group of pods, as it has {} times in a row."
                            + " A scorer is left out of the next {} batches",
                    plugin,
                    vendor,
                    TimeUnit.NANOSECONDS.toMillis(nanos),
                    slow,
                    quarantineBatches);
        }
    }

    @Override
    public void failed(String plugin, Throwable cause) {
        int n = failures.incrementAndGet();
        if (n <= LOGGED_FIRST || n % LOGGED_EVERY == 0) {
            LOG.warn("Placement plugin '{}' of {} failed, for the {}. time", plugin, vendor, n, cause);
        }
    }

    /** Asked once a batch. */
    boolean isLeftOut() {
        int left = batchesLeftOut.getAndUpdate(n -> n > 0 ? n - 1 : 0);
        if (left == 1) {
            slowInARow.set(0);
        }
        return left > 0;
    }

    int failures() {
        return failures.get();
    }
}

package org.kochab.store.ignite.internal.grid;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.store.ignite.internal.core.Latencies;
import org.kochab.store.ignite.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks twice a second, on a thread of its own, how this member stands to the others: whether they are a majority, who has complete
 * copies, whether this one's has become complete; and every two seconds how long the disk takes.
 */
final class Watch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final long EVERY_MILLIS = 500;
    private static final int LOOKS_A_PROBE = 4;

    /** Time for the membership to settle; a member that lacks a majority can do nothing for anybody meanwhile. */
    private static final long ALONE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Grid grid;
    private final Settings settings;
    private final Latencies disk = new Latencies();
    private final ScheduledThreadPoolExecutor thread;
    private long looks;
    private long aloneSince;
    private boolean alone;
    private volatile int complete;
    private volatile int missing;
    private volatile @Nullable String apart;

    Watch(Grid grid, Settings settings, ThreadFactory threads) {
        this.grid = grid;
        this.settings = settings;
        this.thread = new ScheduledThreadPoolExecutor(1, threads);
        look();
        thread.scheduleWithFixedDelay(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Members with complete copies. */
    int complete() {
        return complete;
    }

    /** Ignite's partitions that this member still has to copy. */
    int missing() {
        return missing;
    }

    /** Why this member has to leave and come back; null while it need not. */
    @Nullable
    String apart() {
        return apart;
    }

    /** How long writing 4 KiB and forcing them to the disk takes. */
    Latencies disk() {
        return disk;
    }

    private void look() {
        try {
            if (grid.failure() != null) {
                return;
            }
            majority();
            complete = grid.copies().complete();
            missing = grid.copies().missingHere();
            grid.admission().complete(complete);
            if (missing == 0 && grid.directory().isCopying()) {
                // what was copied is in Ignite's log, but nobody has forced that
                grid.checkpoint();
                grid.directory().copied(() -> grid.copies().missingHere() == 0);
            }
            if (looks++ % LOOKS_A_PROBE == 0) {
                disk.add(grid.directory().probeMicros());
            }
        } catch (RuntimeException e) {
            // whatever it is, the next look may be better; thrown on, there would be none
            LOG.debug("This look at the store {} failed", settings.storeName(), e);
        }
    }

    private void majority() {
        int members = grid.members();
        if (members >= settings.quorum()) {
            alone = false;
            return;
        }
        if (!alone) {
            alone = true;
            aloneSince = System.nanoTime();
        } else if (System.nanoTime() - aloneSince > ALONE_NANOS) {
            apart = "this member sees " + members + " of " + settings.quorum() + " needed members";
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("The watch of the store {} is held up", settings.storeName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

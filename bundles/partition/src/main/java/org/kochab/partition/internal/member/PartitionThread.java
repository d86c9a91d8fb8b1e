package org.kochab.partition.internal.member;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.partition.internal.core.kernel.CommitRules;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.core.kernel.Leadership;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.spi.store.PartitionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one writer thread of a partition: steps its leadership, and sleeps in between. */
final class PartitionThread {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionThread.class);
    private static final long LONGEST_SLEEP = TimeUnit.MINUTES.toNanos(1);

    private final PartitionSpec spec;
    private final Leadership leadership;
    private final Thread thread;
    /** The store in which the directory and this thread last found the partition. Only the member's worker touches it. */
    private String agreed;

    private volatile boolean woken;
    private volatile @Nullable LedPartition led;

    PartitionThread(
            PartitionSpec spec,
            String member,
            PartitionStore store,
            KernelLimits limits,
            LongSupplier patience,
            Supplier<CommitRules> rules,
            Leadership.Listener listener) {
        this.spec = spec;
        this.agreed = spec.store();
        this.thread = new Thread(this::run, "kochab-partition-" + spec.id());
        this.thread.setDaemon(true);
        Leadership.Listener own = new Leadership.Listener() {
            @Override
            public void leads(LedPartition partition) {
                led = partition;
                LOG.info("leading {}, revision {}", partition, partition.lastRevision());
                listener.leads(partition);
            }

            @Override
            public void ended(LedPartition partition, String why) {
                led = null;
                LOG.info("not leading {} any more: {}", partition, why);
                listener.ended(partition, why);
            }

            @Override
            public void isElsewhere(PartitionId partition, String here, String other) {
                listener.isElsewhere(partition, here, other);
            }

            @Override
            public void notMoved(PartitionId partition, String to) {
                LedPartition now = led;
                LOG.warn("{} is not moved to store {}: {}", partition, to, now == null ? "" : now.doing());
                listener.notMoved(partition, to);
            }
        };
        this.leadership =
                new Leadership(spec, member, store, limits, System::nanoTime, this::wake, own, patience, rules);
    }

    void start() {
        thread.start();
    }

    PartitionSpec spec() {
        return spec;
    }

    /**
     * The directory names a store.
     *
     * @return whether this thread can go on: it works on that store, or has moved the partition away from it and the directory does not know yet
     */
    boolean hears(String named) {
        if (named.equals(store().name())) {
            agreed = named;
        }
        return named.equals(agreed);
    }

    /** Where it is led, or would be. */
    PartitionStore store() {
        return leadership.store();
    }

    /** Whenever this member leads it, it is moved there; null if it is to stay. */
    void moveTo(@Nullable PartitionStore to) {
        leadership.moveTo(to);
    }

    Leadership.Standing standing() {
        return leadership.standing();
    }

    void handOver(String to) {
        leadership.handOver(to);
    }

    /** The partition, while this member leads it. */
    @Nullable
    LedPartition led() {
        LedPartition now = led;
        return now != null && now.isServing() ? now : null;
    }

    private void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!leadership.isStopped()) {
            woken = false;
            long pause = 0;
            try {
                pause = leadership.step();
            } catch (RuntimeException | Error e) {
                LOG.error("partition {} failed; it is loaded anew", spec.id(), e);
                leadership.abort("internal error: " + e);
            }
            if (pause > 0 && !woken && !leadership.isStopped()) {
                LockSupport.parkNanos(this, Math.min(pause, LONGEST_SLEEP));
            }
        }
    }

    void stop() {
        leadership.stop();
    }

    /** Waits for the end after {@link #stop}, and says so if it does not come in time. */
    void awaitEnd(Duration timeout) throws InterruptedException {
        thread.join(Math.max(1, timeout.toMillis()));
        if (thread.isAlive()) {
            LOG.warn("partition {} did not stop within {} s; its lease will run out", spec.id(), timeout.toSeconds());
        }
    }
}

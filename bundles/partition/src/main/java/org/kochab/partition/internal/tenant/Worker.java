package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionService;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One named thread with an end: {@link #close} asks it to stop and waits, bounded. */
final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration END = Duration.ofSeconds(10);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** One look at the directory that this member leads. */
    interface Look {
        void at(Partition directory) throws InterruptedException;
    }

    /** What it does until it is told to stop. A throw is logged and it begins again. */
    interface Work {
        void run() throws InterruptedException;
    }

    private final String name;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile Thread thread;

    Worker(String name) {
        this.name = name;
    }

    boolean running() {
        return stop.getCount() > 0;
    }

    void start(Work work) {
        Thread t = new Thread(() -> loop(work), name);
        t.setDaemon(true);
        thread = t;
        t.start();
    }

    /** Starts what the leader of the directory does: while this member is that, {@code look} is called again and again. */
    void startForDirectory(PartitionService partitions, Look look) {
        start(() -> {
            while (running()) {
                Optional<Partition> found = partitions.directory().filter(LedPartition.class::isInstance);
                if (found.isPresent()) {
                    look.at(found.get());
                }
                pause(BETWEEN_LOOKS);
            }
        });
    }

    private void loop(Work work) {
        while (running()) {
            try {
                work.run();
                return;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("{} failed and begins again", name, e);
                if (!pauseQuietly(AFTER_FAILURE)) {
                    return;
                }
            }
        }
    }

    private boolean pauseQuietly(Duration wait) {
        try {
            pause(wait);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Waits, less if it is to stop. */
    void pause(Duration wait) throws InterruptedException {
        stop.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Asks it to stop and does not wait. */
    void giveUp() {
        stop.countDown();
    }

    @Override
    public void close() {
        stop.countDown();
        Thread t = thread;
        if (t == null || t == Thread.currentThread()) {
            return;
        }
        t.interrupt();
        try {
            t.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (t.isAlive()) {
            LOG.warn("{} did not end within {} s", name, END.toSeconds());
        }
    }
}

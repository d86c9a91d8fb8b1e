package org.kochab.store.ignite.internal.grid;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.kochab.store.ignite.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a store on a thread of its own, offers it once it can be used, and closes it. If Ignite stops itself, for example because the disk
 * is full, the offer is withdrawn and the store is opened again, with growing pauses.
 */
public final class StoreLife implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLife.class);
    private static final int CLOSE_SECONDS = 60;
    private static final int CHECK_SECONDS = 1;
    private static final int LONGEST_PAUSE_SECONDS = 60;

    private final Settings settings;
    private final Function<IgnitePartitionStore, Runnable> offer;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Begins to open the store.
     *
     * @param offer called with each usable store; what it returns withdraws the offer
     */
    public StoreLife(Settings settings, Function<IgnitePartitionStore, Runnable> offer) {
        this.settings = settings;
        this.offer = offer;
        this.thread = new Thread(this::live, "kochab-store-ignite-life");
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(StoreLife.class.getClassLoader());
        this.thread.start();
    }

    private void live() {
        int pause = 1;
        try {
            do {
                long began = System.nanoTime();
                try {
                    serve();
                } catch (RuntimeException | LinkageError e) {
                    // whatever it is, a later try may find it mended; a missing --add-opens shows as the latter
                    LOG.error(
                            "The store {} cannot be used: {}. Next try in {} s",
                            settings.storeName(),
                            e.getMessage(),
                            pause,
                            e);
                }
                boolean ranLong = System.nanoTime() - began > TimeUnit.SECONDS.toNanos(2L * LONGEST_PAUSE_SECONDS);
                pause = ranLong ? 1 : Math.min(LONGEST_PAUSE_SECONDS, 2 * pause);
            } while (!ending.await(pause, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            LOG.debug("Interrupted while the store was opened or closed");
        }
    }

    /** Returns when the store is no longer to be used or no longer can be. */
    private void serve() throws InterruptedException {
        try (IgnitePartitionStore store = IgnitePartitionStore.open(settings)) {
            if (ending.getCount() == 0) {
                return;
            }
            Runnable withdraw = offer.apply(store);
            LOG.info("The store {} is ready, data in {}", settings.storeName(), settings.directory());
            try {
                while (!ending.await(CHECK_SECONDS, TimeUnit.SECONDS)) {
                    if (store.failed()) {
                        LOG.error(
                                "The store {} stopped itself: {}",
                                settings.storeName(),
                                store.health().message());
                        return;
                    }
                }
            } finally {
                withdraw.run();
            }
        }
    }

    /** Withdraws the offer, stops the store and waits until nothing of it is left. */
    @Override
    public void close() {
        ending.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            if (thread.isAlive()) {
                LOG.error("The store {} did not stop in {} s; it is interrupted", settings.storeName(), CLOSE_SECONDS);
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}

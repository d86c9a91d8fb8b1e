package org.kochab.store.mvstore.internal.file;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StoreHealth;
import org.kochab.store.mvstore.internal.core.DamagedException;
import org.kochab.store.mvstore.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a store on a thread of its own, offers it once it can be used, and closes it. If writing fails, for example because the disk is full,
 * the offer is withdrawn and the store is opened again, with growing pauses. A damaged file stays as it is, and the store closed.
 */
public final class StoreLife implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLife.class);
    private static final int CLOSE_SECONDS = 60;
    private static final int CHECK_MILLIS = 500;
    private static final int LONGEST_PAUSE_SECONDS = 60;
    private static final long RAN_LONG_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Settings settings;
    private final Function<MvPartitionStore, Runnable> offer;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable MvPartitionStore open;
    private volatile StoreHealth absent;

    /** @param offer called with each usable store; what it returns withdraws the offer */
    public StoreLife(Settings settings, Function<MvPartitionStore, Runnable> offer) {
        this.settings = settings;
        this.offer = offer;
        this.absent = absent(StoreHealth.State.OPENING, "it is being opened: the whole file is read");
        this.thread = new Thread(this::live, "kochab-store-mvstore-life");
        this.thread.setDaemon(true);
    }

    /** Begins to open the store. */
    public void start() {
        thread.start();
    }

    /** How the store is, also while it cannot be used. Any thread; answers from memory. */
    public StoreHealth health() {
        MvPartitionStore now = open;
        return now == null ? absent : now.health();
    }

    private static StoreHealth absent(StoreHealth.State state, String message) {
        return new StoreHealth(state, message, 0, 1, 0, 0, "none: not open", -1, -1, -1, -1);
    }

    private void live() {
        int failures = 0;
        try {
            do {
                long begun = System.nanoTime();
                try {
                    serve();
                } catch (DamagedException e) {
                    LOG.error("The store {} is damaged and stays closed", settings.storeName(), e);
                    absent = absent(StoreHealth.State.FAILED, e.getMessage() + ", then restart the store's bundle");
                    return;
                } catch (RuntimeException | LinkageError e) {
                    LOG.error("The store {} cannot be used, it is tried again", settings.storeName(), e);
                    String why = e instanceof StoreException ? e.getMessage() : e + ": look at the log";
                    absent = absent(StoreHealth.State.FAILED, why);
                }
                failures = System.nanoTime() - begun > RAN_LONG_NANOS ? 1 : failures + 1;
            } while (!ending.await(Math.min(LONGEST_PAUSE_SECONDS, 1 << Math.min(failures - 1, 6)), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            LOG.debug("Interrupted while the store was opened or closed");
        }
    }

    /** Returns when the store is no longer to be used or no longer can be. */
    private void serve() throws InterruptedException {
        try (MvPartitionStore store = MvPartitionStore.open(settings)) {
            if (ending.getCount() == 0) {
                return;
            }
            open = store;
            Runnable withdraw = offer.apply(store);
            LOG.info("The store {} is ready, data in {}", settings.storeName(), settings.directory());
            String failure = null;
            try {
                while (failure == null && !ending.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                    failure = store.failure();
                }
            } finally {
                absent = absent(StoreHealth.State.FAILED, failure == null ? "it is stopped" : failure);
                open = null;
                withdraw.run();
            }
            if (failure != null) {
                LOG.error("The store {} is closed and opened again: {}", settings.storeName(), failure);
            }
        }
    }

    /** Withdraws the offer, closes the store and waits until nothing of it is left. */
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

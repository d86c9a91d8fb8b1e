package org.kochab.store.ignite.internal.grid;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.StoreHealth;
import org.kochab.store.ignite.internal.core.Pauses;
import org.kochab.store.ignite.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a store on a thread of its own, offers it once it can be used, and closes it. If Ignite stops itself, for example because the disk
 * is full, the offer is withdrawn and the store is opened again, with growing pauses; at once if the reason is that this member and the others were apart.
 */
public final class StoreLife implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLife.class);
    private static final int CLOSE_SECONDS = 60;
    private static final int CHECK_MILLIS = 500;

    /** Half a minute: another that was not let in stops, pauses and starts within it. */
    private static final int GIVE_WAY_LOOKS = 60;

    private final Settings settings;
    private final Function<IgnitePartitionStore, Runnable> offer;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable IgnitePartitionStore open;
    private volatile StoreHealth absent;

    /**
     * Begins to open the store.
     *
     * @param offer called with each usable store; what it returns withdraws the offer
     */
    public StoreLife(Settings settings, Function<IgnitePartitionStore, Runnable> offer) {
        this.settings = settings;
        this.offer = offer;
        absent(StoreHealth.State.OPENING, "it is being opened");
        this.thread = Outside.thread(this::live, "kochab-store-ignite-life");
        this.thread.start();
    }

    /** How the store is, also while it cannot be used. Any thread; answers from memory. */
    public StoreHealth health() {
        IgnitePartitionStore now = open;
        return now == null ? absent : now.health();
    }

    private void absent(StoreHealth.State state, String message) {
        absent = new StoreHealth(state, message, 0, settings.quorum(), 0, 0, "none: not open", -1, -1, -1, -1);
    }

    private void live() {
        Pauses pauses = new Pauses(ThreadLocalRandom.current()::nextInt);
        try {
            int pause;
            do {
                long began = System.nanoTime();
                try {
                    boolean apart = serve();
                    pause = apart ? pauses.afterUse() : pauses.failed(secondsSince(began));
                } catch (ApartException e) {
                    LOG.warn("The store {} waits for the other members: {}", settings.storeName(), e.getMessage());
                    absent(StoreHealth.State.NO_QUORUM, e.getMessage());
                    if (e.givesWay()) {
                        giveWay();
                    }
                    pause = pauses.apart();
                } catch (RuntimeException | LinkageError e) {
                    // whatever it is, a later try may find it mended; a missing --add-opens shows as the latter
                    LOG.error(
                            "The store {} cannot be used, it is tried again: {}",
                            settings.storeName(),
                            e.getMessage(),
                            e);
                    absent(StoreHealth.State.FAILED, e.getMessage() + ": look at the log");
                    pause = pauses.failed(secondsSince(began));
                }
            } while (!ending.await(pause, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            LOG.debug("Interrupted while the store was opened or closed");
        }
    }

    /** Returns when another member is there to stay; if none comes, after a while. */
    private void giveWay() throws InterruptedException {
        Neighbours neighbours = new Neighbours(settings);
        for (int look = 0; look < GIVE_WAY_LOOKS && !neighbours.anotherStays(); look++) {
            if (ending.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private static long secondsSince(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanos);
    }

    /**
     * Returns when the store is no longer to be used or no longer can be.
     *
     * @return whether that is because this member and the others are apart
     */
    private boolean serve() throws InterruptedException {
        absent(StoreHealth.State.OPENING, "it is being opened");
        try (IgnitePartitionStore store =
                IgnitePartitionStore.open(settings, waitsFor -> absent(StoreHealth.State.OPENING, waitsFor))) {
            if (ending.getCount() == 0) {
                return true;
            }
            open = store;
            Runnable withdraw = offer.apply(store);
            LOG.info("The store {} is ready, data in {}", settings.storeName(), settings.directory());
            try {
                while (!ending.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                    String failure = store.failure();
                    if (failure != null) {
                        LOG.error("The store {} is closed and opened again: {}", settings.storeName(), failure);
                        return store.isApart();
                    }
                }
                return true;
            } finally {
                absent(StoreHealth.State.FAILED, "it is being closed: " + store.failure());
                open = null;
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

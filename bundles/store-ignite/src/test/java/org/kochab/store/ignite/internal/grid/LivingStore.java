package org.kochab.store.ignite.internal.grid;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.StoreHealth;
import org.kochab.store.ignite.internal.core.Settings;

/** A member in this JVM as its component runs it, and the store that it offers now. */
final class LivingStore implements AutoCloseable {
    private volatile @Nullable IgnitePartitionStore offered;
    private final StoreLife life;

    LivingStore(Settings settings) {
        this.life = new StoreLife(settings, store -> {
            offered = store;
            return () -> offered = null;
        });
    }

    boolean isOffered() {
        return offered != null;
    }

    /** Waits for the offer. */
    IgnitePartitionStore store() {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(120))
                .until(this::isOffered);
        IgnitePartitionStore now = offered;
        if (now == null) {
            throw new AssertionError("withdrawn again: " + life.health());
        }
        return now;
    }

    StoreHealth health() {
        return life.health();
    }

    @Override
    public void close() {
        life.close();
    }
}

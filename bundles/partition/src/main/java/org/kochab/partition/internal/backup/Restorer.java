package org.kochab.partition.internal.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.kochab.spi.store.PartitionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the first store back until a backup is in it. If that fails the store is never used: an empty control plane in place of the one
 * that was asked for would be worse than none.
 */
public final class Restorer {
    private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);
    private static final int END_SECONDS = 10;
    private static final int LOOK_SECONDS = 1;

    private final Path file;
    private final String storeName;
    private final String member;
    private final Consumer<PartitionStore> use;
    private final Map<PartitionStore, Thread> filling = new ConcurrentHashMap<>();

    /**
     * @param storeName the store of the directory; others are used at once
     * @param use is given each store that can be used
     */
    public Restorer(Path file, String storeName, String member, Consumer<PartitionStore> use) {
        this.file = file;
        this.storeName = storeName;
        this.member = member;
        this.use = use;
    }

    /** A store came. Does not block. */
    public void add(PartitionStore store) {
        if (!store.name().equals(storeName)) {
            use.accept(store);
            return;
        }
        Thread thread = new Thread(() -> fill(store), "kochab-partition-restore");
        thread.setDaemon(true);
        filling.put(store, thread);
        thread.start();
    }

    /** A store goes: returns when this has let it go, within a bounded time. */
    public void remove(PartitionStore store) {
        Thread thread = filling.remove(store);
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void fill(PartitionStore store) {
        try {
            while (!Restore.into(store, member, file)) {
                TimeUnit.SECONDS.sleep(LOOK_SECONDS);
            }
            if (filling.remove(store, Thread.currentThread())) {
                use.accept(store);
            }
        } catch (InterruptedException e) {
            LOG.info("The restore from {} was stopped; the next start begins it anew", file);
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "The store {} is not used, because it cannot be filled from {}: {}. Correct restore.file in"
                            + " org.kochab.partition.cfg, or empty it to begin without a backup",
                    store.name(),
                    file,
                    e.getMessage(),
                    e);
        }
    }
}

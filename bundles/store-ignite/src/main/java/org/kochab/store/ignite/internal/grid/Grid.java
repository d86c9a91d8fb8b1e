package org.kochab.store.ignite.internal.grid;

import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.failure.StopNodeFailureHandler;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.StoreException;
import org.kochab.store.ignite.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running Ignite member: joined, recovered, active, both caches there. Blocking throughout. */
final class Grid implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Grid.class);

    private final Ignite ignite;
    private final IgniteCache<byte[], byte[]> heads;
    private final IgniteCache<byte[], byte[]> entries;
    private final Failure failure;

    /** The reason why Ignite stopped itself. */
    private static final class Failure {
        private volatile @Nullable String reason;
    }

    private Grid(Ignite ignite, Failure failure) {
        this.ignite = ignite;
        this.failure = failure;
        this.heads = ignite.cache(GridConfiguration.HEADS);
        this.entries = ignite.cache(GridConfiguration.ENTRIES);
        if (heads == null || entries == null) {
            throw new StoreException("the store has no caches although its bootstrap was finished: its descriptors are"
                    + " lost, restore the data directory from a backup or another member");
        }
    }

    /** Starts a member; at its first start this also makes the caches, and makes them durable. */
    static Grid start(Settings settings) {
        DataDirectory directory = new DataDirectory(settings.directory());
        boolean first = directory.prepare();
        GridConfiguration.systemProperties();
        ClassLoader loader = Grid.class.getClassLoader();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Ignite and the threads it starts look classes up here
        thread.setContextClassLoader(loader);
        try {
            return open(settings, directory, first, loader);
        } catch (IgniteException e) {
            throw new StoreException("Ignite did not start: " + rootMessage(e), e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static Grid open(Settings settings, DataDirectory directory, boolean first, ClassLoader loader) {
        Failure failure = new Failure();
        StopNodeFailureHandler stopNode = new StopNodeFailureHandler();
        Ignite ignite = Ignition.start(GridConfiguration.of(settings, directory.path(), loader, (node, context) -> {
            boolean stops = stopNode.onFailure(node, context);
            if (stops) {
                failure.reason = context.type() + ": " + rootMessage(context.error());
                LOG.error("Ignite stops itself after {}", context.type(), context.error());
            }
            return stops;
        }));
        boolean open = false;
        try {
            Bootstrap bootstrap = new Bootstrap(ignite, settings);
            if (first) {
                bootstrap.first();
                directory.finishBootstrap();
            } else {
                bootstrap.again();
            }
            Grid grid = new Grid(ignite, failure);
            open = true;
            return grid;
        } finally {
            if (!open) {
                Ignition.stop(ignite.name(), true);
            }
        }
    }

    Ignite ignite() {
        return ignite;
    }

    IgniteCache<byte[], byte[]> heads() {
        return heads;
    }

    IgniteCache<byte[], byte[]> entries() {
        return entries;
    }

    int members() {
        return failure.reason == null ? ignite.cluster().forServers().nodes().size() : 0;
    }

    /** Why Ignite stopped itself, null while it runs. */
    @Nullable
    String failure() {
        return failure.reason;
    }

    static String rootMessage(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "no cause given";
        }
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** Finishes what is under way and stops the member; its files are free when this returns. */
    @Override
    public void close() {
        Ignition.stop(ignite.name(), false);
    }
}

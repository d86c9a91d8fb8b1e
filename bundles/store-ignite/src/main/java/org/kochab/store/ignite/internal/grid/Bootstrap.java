package org.kochab.store.ignite.internal.grid;

import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.CacheConfiguration;
import org.kochab.spi.store.StoreException;
import org.kochab.store.ignite.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a member that has joined to where the store can be used. At the very first start all configured members must be there: they are
 * the baseline, and stay it. Later a majority of them is enough: it has a copy of everything that was ever acknowledged. What is done once
 * for all is done by the member whose name comes first.
 */
final class Bootstrap {
    private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Ignite ignite;
    private final Settings settings;
    private final long deadline;

    Bootstrap(Ignite ignite, Settings settings) {
        this.ignite = ignite;
        this.settings = settings;
        this.deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(settings.startSeconds());
    }

    /** The first start: makes the caches, or waits for them. */
    void first() {
        int members = settings.members();
        await("all " + members + " members to join", () -> isActive() || present() >= members);
        if (isChosen()) {
            if (!isActive()) {
                ignite.cluster().state(ClusterState.ACTIVE);
            }
            ignite.cluster().baselineAutoAdjustEnabled(false);
            if (members > 1) {
                ignite.cluster()
                        .setBaselineTopology(ignite.cluster().forServers().nodes());
            }
            for (CacheConfiguration<byte[], byte[]> cache : GridConfiguration.caches(members)) {
                ignite.getOrCreateCache(cache);
            }
            return;
        }
        await(
                "member " + chosen() + " to make the caches",
                () -> isActive()
                        && ignite.cacheNames().contains(GridConfiguration.HEADS)
                        && ignite.cacheNames().contains(GridConfiguration.ENTRIES));
    }

    /** Any later start. */
    void again() {
        await("a majority of the members, so that the store is active", () -> {
            if (!isActive() && present() >= settings.quorum() && isChosen()) {
                LOG.info(
                        "{} of {} members are there: the store {} goes on",
                        present(),
                        settings.members(),
                        settings.storeName());
                ignite.cluster().state(ClusterState.ACTIVE);
            }
            return isActive();
        });
    }

    private boolean isActive() {
        return ignite.cluster().state().active();
    }

    private int present() {
        return ignite.cluster().forServers().nodes().size();
    }

    private boolean isChosen() {
        return chosen().equals(settings.memberName());
    }

    private String chosen() {
        return ignite.cluster().forServers().nodes().stream()
                .map(ClusterNode::consistentId)
                .map(Object::toString)
                .min(Comparator.naturalOrder())
                .orElse("");
    }

    private interface Condition {
        boolean holds();
    }

    private void await(String what, Condition condition) {
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new StoreException("gave up waiting for " + what + ": start the other members, or check the"
                        + " addresses and ports in the store's configuration");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new StoreException("stopped while it waited for " + what);
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }
}

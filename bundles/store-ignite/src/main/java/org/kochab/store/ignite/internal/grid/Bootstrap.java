package org.kochab.store.ignite.internal.grid;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.internal.IgniteEx;
import org.kochab.spi.store.StoreException;
import org.kochab.store.ignite.internal.core.Copy;
import org.kochab.store.ignite.internal.core.Meeting;
import org.kochab.store.ignite.internal.core.Roll;
import org.kochab.store.ignite.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a member that has joined to where the store can be used. At the very first start all configured members must be there: they are
 * the baseline, and stay it. Later a majority of them is enough, as {@link Meeting} says. What is done once for all is done by the member
 * that has been there longest.
 */
final class Bootstrap {
    private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Who comes later than this has to copy anew: those who start at the same time should not. */
    private static final long GATHER_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final IgniteEx ignite;
    private final Settings settings;
    private final Copy copy;
    private final Consumer<String> progress;
    private final Neighbours neighbours;
    private final long deadline;
    private String waitsFor = "";
    private long readySince;
    private boolean ready;

    /**
     * @param copy what this member brings
     * @param progress told what is waited for
     */
    Bootstrap(IgniteEx ignite, Settings settings, Copy copy, Consumer<String> progress) {
        this.ignite = ignite;
        this.settings = settings;
        this.copy = copy;
        this.progress = progress;
        this.neighbours = new Neighbours(settings);
        this.deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(settings.startSeconds());
    }

    /**
     * Returns when the store is active and has its caches, or should have them.
     *
     * @throws CopyAnewException if this member has to begin with an empty copy
     * @throws ApartException if the others are not there, or not with this member
     */
    void run() {
        while (!isActive() || !hasCaches()) {
            if (!isActive()) {
                meet();
            } else if (copy == Copy.NEW || copy == Copy.EMPTY) {
                waitsFor = "another member is to make the caches";
            } else {
                return;
            }
            progress.accept(waitsFor);
            pause();
        }
    }

    private void meet() {
        if (copy == Copy.EMPTY && isChosen()) {
            // Ignite lets none with a history join one without.
            throw new ApartException("this member has only to copy, and the others are not there: start them", true);
        }
        List<Meeting.Present> present = ignite.cluster().forServers().nodes().stream()
                .map(Admission::present)
                .toList();
        Meeting.Verdict verdict = Meeting.decide(settings.memberName(), present, settings.members(), settings.quorum());
        waitsFor = verdict.why();
        switch (verdict.step()) {
            case WAIT -> ready = false;
            case COPY_ANEW -> throw new CopyAnewException(verdict.why());
            case CREATE -> {
                if (isChosen()) {
                    create();
                }
            }
            case ACTIVATE -> {
                if (isChosen() && (present.size() == settings.members() || hasGathered())) {
                    activate(present, verdict.why());
                }
            }
        }
    }

    private void create() {
        ignite.cluster().state(ClusterState.ACTIVE);
        ignite.cluster().baselineAutoAdjustEnabled(false);
        if (settings.members() > 1) {
            ignite.cluster().setBaselineTopology(ignite.cluster().forServers().nodes());
        }
        for (CacheConfiguration<byte[], byte[]> cache : GridConfiguration.caches(settings.members())) {
            ignite.getOrCreateCache(cache);
        }
    }

    private boolean hasGathered() {
        long now = System.nanoTime();
        if (!ready) {
            ready = true;
            readySince = now;
        }
        return now - readySince > GATHER_NANOS;
    }

    private void activate(List<Meeting.Present> present, String why) {
        long started = ignite.context().discovery().gridStartTime();
        for (Meeting.Present p : present) {
            Roll roll = p.roll();
            if (roll.started() >= started) {
                throw new ApartException(
                        "the clock of this member is " + (roll.started() - started) + " ms behind what " + p.name()
                                + " has seen: set it right, then the store goes on",
                        false);
            }
        }
        LOG.info(
                "{} of {} members are there and the store {} goes on: {}",
                present.size(),
                settings.members(),
                settings.storeName(),
                why);
        ignite.cluster().state(ClusterState.ACTIVE);
    }

    private boolean isActive() {
        return ignite.cluster().state().active();
    }

    private boolean hasCaches() {
        return ignite.cacheNames().contains(GridConfiguration.HEADS)
                && ignite.cacheNames().contains(GridConfiguration.ENTRIES);
    }

    private boolean isChosen() {
        ClusterNode oldest = ignite.cluster().forServers().forOldest().node();
        return oldest != null && oldest.isLocal();
    }

    private void pause() {
        int seen = ignite.cluster().forServers().nodes().size();
        if (seen < settings.quorum() && neighbours.hearsMoreThan(seen)) {
            throw new ApartException("other members run but are not seen here: this one joins them anew", true);
        }
        if (System.nanoTime() - deadline > 0) {
            throw new ApartException(
                    waitsFor + " (see also the addresses and ports in the store's configuration)", false);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException("stopped while it waited: " + waitsFor);
        }
        LockSupport.parkNanos(STEP_NANOS);
    }
}

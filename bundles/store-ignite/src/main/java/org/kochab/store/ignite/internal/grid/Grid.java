package org.kochab.store.ignite.internal.grid;

import java.util.function.Consumer;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteCheckedException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.failure.FailureHandler;
import org.apache.ignite.failure.FailureType;
import org.apache.ignite.failure.StopNodeFailureHandler;
import org.apache.ignite.internal.IgniteEx;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.StoreException;
import org.kochab.store.ignite.internal.core.Copy;
import org.kochab.store.ignite.internal.core.Roll;
import org.kochab.store.ignite.internal.core.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running Ignite member: joined, recovered, active, both caches there. Blocking throughout. */
final class Grid implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Grid.class);

    private final Settings settings;
    private final DataDirectory directory;
    private final Copy startedWith;
    private final Admission admission;
    private final IgniteEx ignite;
    private final IgniteCache<byte[], byte[]> heads;
    private final IgniteCache<byte[], byte[]> entries;
    private final Copies copies;
    private final Failure failure;

    /** Why this member cannot go on. */
    private static final class Failure {
        private volatile @Nullable String reason;
        private volatile boolean apart;

        void because(String why) {
            if (reason == null) {
                reason = why;
            }
        }

        FailureHandler handler() {
            StopNodeFailureHandler stopNode = new StopNodeFailureHandler();
            return (node, context) -> {
                boolean stops = stopNode.onFailure(node, context);
                if (stops) {
                    apart = context.type() == FailureType.SEGMENTATION;
                    reason = context.type() + ": " + rootMessage(context.error());
                    LOG.error("Ignite stops itself after {}", context.type(), context.error());
                }
                return stops;
            };
        }
    }

    private Grid(
            Settings settings,
            DataDirectory directory,
            Copy startedWith,
            Admission admission,
            IgniteEx ignite,
            Failure failure) {
        this.settings = settings;
        this.directory = directory;
        this.startedWith = startedWith;
        this.admission = admission;
        this.ignite = ignite;
        this.failure = failure;
        this.copies = new Copies(ignite.context());
        this.heads = ignite.cache(GridConfiguration.HEADS);
        this.entries = ignite.cache(GridConfiguration.ENTRIES);
        if (heads == null || entries == null) {
            throw new StoreException("the store has no caches although its bootstrap was finished: its descriptors are"
                    + " lost, restore the data directory from a backup or another member");
        }
    }

    static Grid start(Settings settings) {
        return start(settings, waitsFor -> {});
    }

    /**
     * Starts a member; at its first start this also makes the caches, and makes them durable. A copy that may differ from the others', or
     * cannot be opened, is moved aside if they have complete ones.
     *
     * @throws ApartException if the others are to be waited for
     */
    static Grid start(Settings settings, Consumer<String> progress) {
        DataDirectory directory = new DataDirectory(settings.directory());
        Copy copy = directory.prepare();
        try {
            return startWith(settings, directory, copy, progress);
        } catch (CopyAnewException e) {
            LOG.warn("Member {} copies the store anew: {}", settings.memberName(), e.getMessage());
            directory.giveUp(copy);
            return startWith(settings, directory, directory.prepare(), progress);
        } catch (StoreException e) {
            boolean alone = settings.members() == 1 || new Neighbours(settings).heard() + 1 < settings.quorum();
            if (alone || copy == Copy.NEW || copy == Copy.EMPTY) {
                throw e;
            }
            return startWithout(settings, directory, e, progress);
        }
    }

    /** What this member has cannot be opened, perhaps because it is damaged. If the others have a complete copy, it takes that; if not, everything stays as it was. */
    private static Grid startWithout(
            Settings settings, DataDirectory directory, StoreException unreadable, Consumer<String> progress) {
        LOG.error(
                "Member {} cannot open its copy of the store and asks the others for theirs",
                settings.memberName(),
                unreadable);
        Roll known = directory.roll();
        directory.setAside();
        try {
            return startWith(settings, directory, directory.prepare(), progress);
        } catch (RuntimeException e) {
            if (directory.roll().equals(known)) { // else it was with the others, who may have gone on since
                directory.takeBack();
            }
            unreadable.addSuppressed(e);
            throw unreadable;
        }
    }

    private static Grid startWith(Settings settings, DataDirectory directory, Copy copy, Consumer<String> progress) {
        GridConfiguration.systemProperties(System.getenv());
        ClassLoader loader = Grid.class.getClassLoader();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Ignite and the threads it starts look classes up here
        thread.setContextClassLoader(loader);
        Failure failure = new Failure();
        Admission admission = new Admission(directory, copy, settings.quorum(), failure::because);
        boolean asItWas = copy == Copy.CLEAN;
        try {
            IgniteEx ignite = (IgniteEx) Ignition.start(
                    GridConfiguration.of(settings, directory.path(), loader, admission, failure.handler()));
            Grid grid = open(settings, directory, copy, admission, ignite, failure, progress);
            asItWas = false;
            return grid;
        } catch (IgniteException e) {
            Thread.interrupted(); // by Ignite, which stops who starts it when it stops itself
            if (Admission.saysCopyAnew(e)) {
                throw new CopyAnewException(rootMessage(e));
            }
            if (Admission.saysLater(e) || Admission.saysNewer(e)) {
                throw new ApartException(rootMessage(e), false);
            }
            // perhaps because the copy is damaged: then, not called clean any more, it is given up once the others have
            // everything
            asItWas = false;
            throw new StoreException("Ignite did not start: " + rootMessage(e), e);
        } finally {
            thread.setContextClassLoader(before);
            if (asItWas && !admission.tookPart()) {
                directory.markClean();
            }
        }
    }

    private static Grid open(
            Settings settings,
            DataDirectory directory,
            Copy copy,
            Admission admission,
            IgniteEx ignite,
            Failure failure,
            Consumer<String> progress) {
        boolean open = false;
        try {
            new Bootstrap(ignite, settings, copy, progress).run();
            if (copy == Copy.NEW || copy == Copy.EMPTY) {
                directory.finishBootstrap();
            }
            Grid grid = new Grid(settings, directory, copy, admission, ignite, failure);
            open = true;
            return grid;
        } finally {
            if (!open) {
                Ignition.stop(ignite.name(), true);
            }
        }
    }

    IgniteEx ignite() {
        return ignite;
    }

    IgniteCache<byte[], byte[]> heads() {
        return heads;
    }

    IgniteCache<byte[], byte[]> entries() {
        return entries;
    }

    DataDirectory directory() {
        return directory;
    }

    Admission admission() {
        return admission;
    }

    Copies copies() {
        return copies;
    }

    int members() {
        return failure.reason == null ? ignite.cluster().forServers().nodes().size() : 0;
    }

    /** Why Ignite stopped itself or must be stopped, null while it runs. */
    @Nullable
    String failure() {
        return failure.reason;
    }

    /** Whether the reason is that the others went on without this member. */
    boolean isCutOff() {
        return failure.apart;
    }

    /** Returns when all that was written until now is on the disk, whoever forces it or not. */
    void checkpoint() {
        try {
            ignite.context().cache().context().database().waitForCheckpoint("kochab");
        } catch (IgniteCheckedException e) {
            throw new StoreException("the disk was not written: " + rootMessage(e), e);
        }
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

    @Override
    public void close() {
        close(true);
    }

    /**
     * Finishes what is under way and stops the member; its files are free when this returns.
     *
     * @param drained whether all operations of this member have ended
     */
    void close(boolean drained) {
        boolean seen = failure.reason == null && members() >= settings.quorum();
        boolean clean = admission.tookPart() ? drained && seen : startedWith == Copy.CLEAN;
        Ignition.stop(ignite.name(), false);
        if (clean && settings.members() > 1) {
            directory.markClean();
        }
    }
}

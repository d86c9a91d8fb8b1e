package org.kochab.chaos.load.internal.osgi;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.chaos.load.Ballast;
import org.kochab.chaos.load.ChaosLog;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Updates a store's bundle in place while clients work, and says what is left of what was thrown away. Lines of its log, with nanoseconds of the monotonic clock:
 *
 * <ul>
 *   <li>{@code P NANOS WRONG} the ballast is there; so many of its keys are not as they were written
 *   <li>{@code B NUMBER NANOS} an update begins, {@code E NUMBER NANOS} the framework has ended it, {@code V NUMBER NANOS} the partition is served again
 *   <li>{@code D NANOS} all are done
 *   <li>{@code L NANOS LOADERS BEFORE AFTER} so many class loaders of former versions are still there a while later, and so many threads as were there before the first update and
 *       are there now
 *   <li>{@code T NAME} a thread with a class loader of a former version
 *   <li>{@code X TEXT} it cannot go on
 * </ul>
 */
final class StoreUpdates {
    private static final int FILL_SECONDS = 600;
    private static final int SERVED_SECONDS = 300;
    /** Longer than idle threads of the JDK's own pools stay, which may hold a class loader until then. */
    private static final int LEAK_SECONDS = 100;

    private static final int LOOK_MILLIS = 10;
    private static final int GC_MILLIS = 1_000;
    private static final int LEAST_PAUSE_MILLIS = 500;
    private static final int MORE_PAUSE_MILLIS = 1_500;

    private final PartitionService partitions;
    private final PartitionId id;
    private final Ballast ballast;
    private final Bundle store;
    private final List<Path> jars;
    private final Random random;
    private final ChaosLog log;
    private final List<WeakReference<ClassLoader>> former = new ArrayList<>();

    StoreUpdates(
            PartitionService partitions,
            PartitionId id,
            Ballast ballast,
            Bundle store,
            List<Path> jars,
            Random random,
            ChaosLog log) {
        this.partitions = partitions;
        this.id = id;
        this.ballast = ballast;
        this.store = store;
        this.jars = jars;
        this.random = random;
        this.log = log;
    }

    void run(int updates) {
        try {
            ballast.fill(FILL_SECONDS);
            log.line("P " + System.nanoTime() + " " + ballast.wrong(served()));
            int before = threads().size();
            for (int n = 1; n <= updates; n++) {
                Thread.sleep(LEAST_PAUSE_MILLIS + random.nextInt(MORE_PAUSE_MILLIS));
                update(n);
            }
            log.line("D " + System.nanoTime());
            int loaders = awaitEndOfFormer();
            threads().stream()
                    .filter(t -> isFormer(t.getContextClassLoader()))
                    .forEach(t -> log.line("T " + t.getName()));
            log.line("L " + System.nanoTime() + " " + loaders + " " + before + " "
                    + threads().size());
        } catch (IOException | BundleException | TimeoutException | RuntimeException e) {
            log.line("X " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void update(int n) throws IOException, BundleException, InterruptedException, TimeoutException {
        former.add(new WeakReference<>(store.adapt(BundleWiring.class).getClassLoader()));
        log.line("B " + n + " " + System.nanoTime());
        try (InputStream jar = Files.newInputStream(jars.get(n % jars.size()))) {
            store.update(jar);
        }
        log.line("E " + n + " " + System.nanoTime());
        served();
        log.line("V " + n + " " + System.nanoTime());
    }

    private Partition served() throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SERVED_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            Optional<Partition> partition = partitions.partition(id);
            try {
                if (partition.isPresent() && partition.get().revision() >= 0) {
                    return partition.get();
                }
            } catch (NotLeaderException e) {
                // the next look finds the next leader
            }
            Thread.sleep(LOOK_MILLIS);
        }
        throw new TimeoutException(id + " is not served within " + SERVED_SECONDS + " s");
    }

    /** How many class loaders of former versions stay, whatever is collected. */
    private int awaitEndOfFormer() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEAK_SECONDS);
        while (true) {
            System.gc();
            int left = (int) former.stream().filter(f -> f.get() != null).count();
            if (left == 0 || System.nanoTime() - deadline > 0) {
                return left;
            }
            Thread.sleep(GC_MILLIS);
        }
    }

    private boolean isFormer(ClassLoader loader) {
        return loader != null && former.stream().anyMatch(f -> f.get() == loader);
    }

    private static List<Thread> threads() {
        return List.copyOf(Thread.getAllStackTraces().keySet());
    }
}

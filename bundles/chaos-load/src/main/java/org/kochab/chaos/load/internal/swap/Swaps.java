package org.kochab.chaos.load.internal.swap;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;

/** Swaps the scheduler of a tenant partition in one of its ways, which chance chooses. One thread. */
final class Swaps {
    /** How. */
    enum Way {
        /** {@code kochab:scheduler-use} of another engine, of the same bundle or of another. */
        USE,
        /** The bundle of the engine in use is updated. */
        UPDATE,
        /** It is stopped and started. */
        RESTART,
        /** The bundle of the other engine, in use, is uninstalled and installed anew. */
        REPLACE
    }

    /** A swap that was made; times by {@link System#nanoTime}. */
    record Swap(Way way, long begunAt, long endedAt) {}

    private static final PartitionId PARTITION = new PartitionId("tp-1");
    private static final String OURS = "org.kochab.scheduler";
    private static final List<String> ENGINES = List.of("spread", "binpack", "rotating");
    private static final String OTHER = "rotating";
    private static final int WAYS = 3;
    private static final int ANSWER_SECONDS = 60;

    private final BundleContext context;
    private final PartitionService partitions;
    private final String engine;
    private final Random random;
    private final Bundle ours;
    private final List<Swap> done = new ArrayList<>();
    private final List<WeakReference<ClassLoader>> replaced = new ArrayList<>();
    private Bundle other;
    private String used = "";

    Swaps(BundleContext context, PartitionService partitions, String engine, long seed) throws Exception {
        this.context = context;
        this.partitions = partitions;
        this.engine = engine;
        this.random = new Random(seed);
        ours = Arrays.stream(context.getBundles())
                .filter(b -> OURS.equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no bundle " + OURS));
        other = install();
        use(ENGINES.get(0));
    }

    void swap() {
        int chance = random.nextInt(2 * WAYS);
        Way way = chance < 2 ? Way.USE : chance == 2 ? Way.UPDATE : chance == 3 ? Way.RESTART : Way.REPLACE;
        try {
            if (way == Way.REPLACE) {
                use(OTHER);
            }
            long begun = System.nanoTime();
            swap(way);
            done.add(new Swap(way, begun, System.nanoTime()));
        } catch (BundleException | IOException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("swap " + (done.size() + 1) + ", " + way + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("ended in the middle of a swap", e);
        }
    }

    private void swap(Way way)
            throws BundleException, IOException, ExecutionException, TimeoutException, InterruptedException {
        Bundle inUse = used.equals(OTHER) ? other : ours;
        switch (way) {
            case USE -> {
                List<String> others =
                        ENGINES.stream().filter(e -> !e.equals(used)).toList();
                use(others.get(random.nextInt(others.size())));
            }
            case UPDATE -> {
                remember(inUse);
                try (InputStream jar = open(inUse == other ? engine : inUse.getLocation())) {
                    inUse.update(jar);
                }
            }
            case RESTART -> {
                inUse.stop();
                inUse.start();
            }
            case REPLACE -> {
                remember(other);
                other.uninstall();
                other = install();
            }
        }
    }

    private void use(String scheduler) throws ExecutionException, TimeoutException, InterruptedException {
        if (!scheduler.equals(used)) {
            partitions.useScheduler(PARTITION, scheduler).toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            used = scheduler;
        }
    }

    private Bundle install() throws BundleException, IOException {
        try (InputStream jar = open(engine)) {
            Bundle installed = context.installBundle("kochab-chaos-engine", jar);
            installed.start();
            return installed;
        }
    }

    private static InputStream open(String location) throws IOException {
        return URI.create(location).toURL().openStream();
    }

    /** Its class loader is to go. */
    private void remember(Bundle bundle) {
        replaced.add(new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
    }

    /** Forgets what was done so far, but not the class loaders. */
    void clear() {
        done.clear();
    }

    List<Swap> done() {
        return done;
    }

    int loadersReplaced() {
        return replaced.size();
    }

    /** Class loaders of former revisions that are still there. */
    int loadersLeft() {
        return (int) replaced.stream().filter(loader -> loader.get() != null).count();
    }

    /** Takes the other bundle away again; the first engine is in use. */
    void end() throws Exception {
        use(ENGINES.get(0));
        remember(other);
        other.uninstall();
    }
}

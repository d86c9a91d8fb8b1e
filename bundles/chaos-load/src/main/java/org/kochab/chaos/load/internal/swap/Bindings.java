package org.kochab.chaos.load.internal.swap;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.partition.GoneException;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;

/** A watcher of the run's pods, by number: each is to be bound once, and stays where it is. A thread of its own. */
final class Bindings {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final int LOOK_MILLIS = 50;
    private static final String RUNNING = "Running";

    private final ResourceWatch watch;
    private final Findings findings;
    private final Thread thread;
    private final String[] nodes;
    private final long[] boundAt;
    private final boolean[] runs;
    private final Map<String, String> names = new HashMap<>();
    private final AtomicInteger bound = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();

    Bindings(ResourceService resources, int pods, Findings findings) {
        this.findings = findings;
        nodes = new String[pods];
        boundAt = new long[pods];
        runs = new boolean[pods];
        Query all = Query.namespace(Pods.NAMESPACE).page(1, Optional.empty());
        watch = resources.watch(
                Pods.TENANT,
                Kind.POD,
                all,
                resources.list(Pods.TENANT, Kind.POD, all).resourceVersion());
        thread = new Thread(this::run, "kochab-chaos-bindings");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                watch.poll(Duration.ofSeconds(1)).forEach(this::see);
            }
        } catch (InterruptedException e) {
            // the end
        } catch (GoneException | RuntimeException e) {
            findings.add("the watcher of pods was ended: " + e);
        }
    }

    private void see(ResourceEvent event) {
        if (event instanceof ResourceEvent.Added added) {
            see((Pod) added.resource());
        } else if (event instanceof ResourceEvent.Modified changed) {
            see((Pod) changed.resource());
        } else if (event instanceof ResourceEvent.Deleted deleted) {
            findings.add("pod " + deleted.last().metadata().name() + " was deleted");
        }
    }

    private void see(Pod pod) {
        int number = Pods.number(pod);
        if (number < 0 || number >= nodes.length || pod.spec() == null) {
            findings.add("there came a pod of another: " + pod.metadata().name());
            return;
        }
        String node = pod.spec().nodeName();
        String before = nodes[number];
        if (before == null && node != null) {
            nodes[number] = names.computeIfAbsent(node, n -> n);
            boundAt[number] = System.nanoTime();
            bound.incrementAndGet();
        } else if (before != null && !before.equals(node)) {
            findings.add("pod " + pod.metadata().name() + " was bound to " + before + ", then to " + node);
        }
        if (!runs[number] && pod.status() != null && RUNNING.equals(pod.status().phase())) {
            runs[number] = true;
            running.incrementAndGet();
        }
    }

    /** Any thread. */
    int bound() {
        return bound.get();
    }

    /**
     * Returns when so many are bound, or when nothing has come for two minutes.
     *
     * @param running whether they are also to be reported as running
     */
    void await(int pods, boolean running) throws InterruptedException {
        int seen = -1;
        long since = System.nanoTime();
        while (bound.get() < pods || running && this.running.get() < pods) {
            int now = bound.get() + this.running.get();
            if (now != seen) {
                seen = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > PATIENCE_NANOS || !thread.isAlive()) {
                findings.add(
                        "of " + pods + " pods " + bound + " were bound and " + this.running + " ran, and no more came");
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** Pods that were reported as running. Any thread. */
    int running() {
        return running.get();
    }

    /** Where a pod was seen, of those that {@link #bound} counts. Any thread. */
    @Nullable
    String node(int number) {
        return nodes[number];
    }

    /** When, by {@link System#nanoTime}; likewise. */
    long boundAt(int number) {
        return boundAt[number];
    }

    /** Looks no longer. */
    void end() throws InterruptedException {
        thread.interrupt();
        thread.join();
        watch.close();
    }
}

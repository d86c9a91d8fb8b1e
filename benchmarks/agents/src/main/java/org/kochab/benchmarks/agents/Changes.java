package org.kochab.benchmarks.agents;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.partition.GoneException;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.benchmarks.bind.Plane;

/** The number in each pod's status as a watcher sees it: how often its agent has changed it. It may leave some out, and never goes back. */
final class Changes implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final ResourceWatch watch;
    private final Thread thread;
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private volatile @Nullable String wrong;
    private volatile boolean closed;

    /** From now on; before there are pods. */
    Changes(Plane plane) throws GoneException {
        Query all = Query.namespace("default");
        String from = plane.resources().list(Plane.TENANT, Kind.POD, all).resourceVersion();
        watch = plane.resources().watch(Plane.TENANT, Kind.POD, all, from);
        thread = new Thread(this::follow, "changes");
        thread.setDaemon(true);
        thread.start();
    }

    private void follow() {
        try {
            while (!closed) {
                for (ResourceEvent event : watch.poll(WAIT)) {
                    if (event instanceof ResourceEvent.Modified changed) {
                        seen((Pod) changed.resource());
                    }
                }
            }
        } catch (GoneException | InterruptedException | RuntimeException e) {
            if (!closed) {
                wrong = "pods cannot be watched any more: " + e;
            }
        }
    }

    private void seen(Pod pod) {
        String name = pod.metadata().name();
        int before = numbers.getOrDefault(name, 0);
        int now = number(pod);
        if (now < before) {
            wrong = "pod " + name + " went back from change " + before + " to " + now + ": " + pod.status();
        }
        numbers.put(name, now);
    }

    private static int number(Pod pod) {
        boolean counts = Agents.isRunning(pod) && pod.status().message() != null;
        return counts ? Integer.parseInt(pod.status().message()) : 0;
    }

    /**
     * The last number of each pod.
     *
     * @throws IllegalStateException if one went back
     */
    Map<String, Integer> numbers() {
        String what = wrong;
        if (what != null) {
            throw new IllegalStateException(what);
        }
        return Map.copyOf(numbers);
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

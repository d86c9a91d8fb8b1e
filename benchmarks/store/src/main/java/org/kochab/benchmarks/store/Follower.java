package org.kochab.benchmarks.store;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.benchmarks.common.Samples;

/** One of many watchers: it waits in a queue when there is something for it, and then a reader has it take that. */
final class Follower {
    /** The annotation that says when a pod was sent to be stored. */
    static final String SENT = "example.org/sent";

    private final ResourceWatch watch;
    private final AtomicBoolean queued = new AtomicBoolean();
    private long lastVersion;
    private long seen;
    private volatile String broken = "";

    Follower(ResourceWatch watch) {
        this.watch = watch;
    }

    void follow(BlockingQueue<Follower> ready) {
        watch.onAvailable(() -> {
            if (!queued.getAndSet(true)) {
                ready.add(this);
            }
        });
    }

    /**
     * Takes what is there; one thread at a time.
     *
     * @return how many changes those were
     */
    synchronized int take(Samples latencies) throws InterruptedException {
        queued.set(false);
        int changes = 0;
        try {
            for (ResourceEvent event : watch.poll(Duration.ZERO)) {
                if (event instanceof ResourceEvent.Modified modified) {
                    changes++;
                    see(modified.resource().metadata(), latencies);
                } else if (!(event instanceof ResourceEvent.Bookmark)) {
                    broken("an event that is not a change: " + event.getClass().getSimpleName());
                }
            }
        } catch (org.kochab.api.partition.GoneException | RuntimeException e) {
            broken(e.toString());
        }
        return changes;
    }

    private void see(ObjectMeta meta, Samples latencies) {
        long version = Long.parseLong(String.valueOf(meta.resourceVersion()));
        if (version <= lastVersion) {
            broken("version " + version + " after " + lastVersion);
        }
        lastVersion = version;
        seen++;
        latencies.add(System.nanoTime()
                - Long.parseLong(String.valueOf(meta.annotations().get(SENT))));
    }

    private void broken(String why) {
        broken = why;
    }

    synchronized long seen() {
        return seen;
    }

    String broken() {
        return broken;
    }

    void close() {
        watch.close();
    }
}

package org.kochab.benchmarks.bind;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.benchmarks.common.Samples;
import org.kochab.partition.internal.core.tenant.ObjectKeys;

/** Watches all pods of a tenant partition: how many are bound and how many run, and how long those took that were asked for. */
final class Followed {
    private static final String BOUND = "\"nodeName\":";
    private static final String RUNNING = "\"phase\":\"Running\"";

    private final Watch watch;
    private final Thread thread;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Map<String, Queue<Long>> asked = new HashMap<>();
    private final Samples millis = new Samples();
    private volatile long bound;
    private volatile long running;

    Followed(Partition partition) throws GoneException {
        watch = partition.watch(ObjectKeys.all(Kind.POD), partition.revision());
        thread = new Thread(this::run, "followed-" + partition.id());
        thread.start();
    }

    /** A tenant's pod is asked for now: its next pod that runs is the answer. */
    void ask(String tenant) {
        synchronized (asked) {
            asked.computeIfAbsent(tenant, t -> new ArrayDeque<>()).add(System.nanoTime());
        }
    }

    long bound() {
        return bound;
    }

    long running() {
        return running;
    }

    /** Milliseconds from what was asked to what runs, after {@link #end}. */
    Samples millis() {
        return millis;
    }

    void check() {
        Exception e = failure.get();
        if (e != null) {
            throw new IllegalStateException("a watcher of pods ended", e);
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                for (WatchEvent event : watch.poll(Duration.ofSeconds(1))) {
                    if (event instanceof WatchEvent.Put put) {
                        changed(put.entry(), put.previous().orElse(null));
                    } else if (event instanceof WatchEvent.Deleted deleted) {
                        changed(null, deleted.previous());
                    }
                }
            }
        } catch (InterruptedException e) {
            // the end
        } catch (GoneException | RuntimeException e) {
            failure.set(e);
        }
    }

    /** Only this thread writes the counts. */
    private void changed(@Nullable Entry now, @Nullable Entry before) {
        String after = text(now);
        String former = text(before);
        bound += count(after, BOUND) - count(former, BOUND);
        int runs = count(after, RUNNING) - count(former, RUNNING);
        running += runs;
        if (runs > 0 && now != null) {
            started(now.key().split("/", 3)[1]);
        }
    }

    private void started(String tenant) {
        synchronized (asked) {
            Queue<Long> waiting = asked.get(tenant);
            Long since = waiting == null ? null : waiting.poll();
            if (since != null) {
                millis.add((System.nanoTime() - since) / 1_000_000);
            }
        }
    }

    private static int count(String json, String what) {
        return json.contains(what) ? 1 : 0;
    }

    private static String text(@Nullable Entry entry) {
        return entry == null ? "" : new String(entry.value(), ISO_8859_1);
    }

    void end() throws InterruptedException {
        thread.interrupt();
        thread.join();
        watch.close();
    }
}

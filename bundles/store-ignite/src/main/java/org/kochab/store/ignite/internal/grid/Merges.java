package org.kochab.store.ignite.internal.grid;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.kochab.store.ignite.internal.core.Head;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Merges the logs of partitions in the background, one after the other. A merge that fails is tried again after the next commit. Thread-safe. */
final class Merges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Merges.class);

    private final Merger merger;
    private final ExecutorService thread;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Merges(Merger merger, ExecutorService thread) {
        this.merger = merger;
        this.thread = thread;
    }

    /** Returns at once. */
    void consider(String partition, Head head) {
        if (closed || !Merger.isDue(head) || !waiting.add(partition)) {
            return;
        }
        try {
            thread.execute(() -> merge(partition));
        } catch (RejectedExecutionException e) {
            waiting.remove(partition);
        }
    }

    private void merge(String partition) {
        waiting.remove(partition);
        try {
            boolean more = true;
            while (more && !closed) {
                more = merger.merge(partition);
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "The log of partition {} could not be merged, tried again later: {}",
                    partition,
                    Grid.rootMessage(e));
        }
    }

    ExecutorService thread() {
        return thread;
    }

    /** Begins no further merge. */
    @Override
    public void close() {
        closed = true;
        thread.shutdown();
    }
}

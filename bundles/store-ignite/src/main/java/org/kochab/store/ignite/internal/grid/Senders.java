package org.kochab.store.ignite.internal.grid;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterNode;
import org.kochab.spi.cluster.MemberCalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread a member that messages go to, because sending to one that has just died can block for seconds. */
final class Senders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Senders.class);

    /** Requests and answers; both sides bound the former, and so the latter. */
    private static final int MOST_WAITING = 3 * MemberCalls.MAX_CALLS;

    private static final int IDLE_SECONDS = 10;

    private final Ignite ignite;
    private final String topic;
    private final Map<UUID, ThreadPoolExecutor> threads = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Senders(Ignite ignite, String topic) {
        this.ignite = ignite;
        this.topic = topic;
    }

    /** @return false if too much waits; nothing was taken */
    boolean send(ClusterNode to, byte[] message) {
        try {
            threads.computeIfAbsent(to.id(), id -> thread(to)).execute(() -> deliver(to, message));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void deliver(ClusterNode to, byte[] message) {
        try {
            if (!closed) {
                ignite.message(ignite.cluster().forNode(to)).sendOrdered(topic, message, 0);
            }
        } catch (IgniteException | IllegalStateException e) {
            // Whoever waits for an answer hears of the member's departure, or of the time-out.
            LOG.debug("A message to member {} was not sent", to.consistentId(), e);
        }
    }

    private static ThreadPoolExecutor thread(ClusterNode to) {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                run -> Outside.thread(run, "kochab-store-ignite-calls-" + to.consistentId()));
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    void forget(UUID node) {
        ThreadPoolExecutor gone = threads.remove(node);
        if (gone != null) {
            gone.shutdownNow();
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.keySet().forEach(this::forget);
    }
}

package org.kochab.agent.internal.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that takes news in batches and then settles: what many pieces of news change is made durable once. */
final class EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final int MOST_WAITING = 4096;
    private static final int BATCH = 256;
    private static final long LONGEST_SLEEP = 60_000;
    private static final long CLOSE_MILLIS = 10_000;

    /** What happens after each batch. */
    interface Settle {
        /** @return milliseconds until it is to be called again without news */
        long settle();
    }

    private final BlockingQueue<Runnable> inbox = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Deque<Runnable> own = new ArrayDeque<>();
    private final Settle settle;
    private final Thread thread;
    private volatile boolean open = true;

    EventLoop(Settle settle) {
        this.settle = settle;
        thread = new Thread(this::run, "kochab-agent");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Gives news to the loop; from other threads, waits while too much is waiting; after close, does nothing. */
    void post(Runnable news) {
        if (Thread.currentThread() == thread) {
            own.add(news);
            return;
        }
        // News is never lost for an interrupt: the MQTT client interrupts its own thread just before it tells that the
        // link is down.
        boolean interrupted = false;
        while (open && !inbox.offer(news)) {
            try {
                if (inbox.offer(news, 1, TimeUnit.SECONDS)) {
                    break;
                }
                LOG.debug("The agent is behind");
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long sleep = 0;
        List<Runnable> batch = new ArrayList<>(BATCH);
        while (open) {
            try {
                Runnable first =
                        own.isEmpty() ? inbox.poll(Math.min(sleep, LONGEST_SLEEP), TimeUnit.MILLISECONDS) : null;
                if (first != null) {
                    batch.add(first);
                }
                inbox.drainTo(batch, BATCH);
                for (int i = own.size(); i > 0; i--) {
                    batch.add(own.remove());
                }
                batch.forEach(EventLoop::take);
                batch.clear();
                sleep = Math.max(0, settle.settle());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("The agent could not settle; it tries again", e);
                sleep = 1_000;
            }
        }
    }

    private static void take(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.error("A piece of news could not be taken", e);
        }
    }

    void close() {
        open = false;
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("The agent's loop did not end in time");
        }
    }
}

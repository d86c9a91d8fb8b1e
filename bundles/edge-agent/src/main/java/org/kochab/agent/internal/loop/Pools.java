package org.kochab.agent.internal.loop;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for calls that block. Queues are bounded by what the core has under way: at most one start or stop a container and one check a
 * probe. Threads end after ten idle seconds.
 */
final class Pools {
    private static final Logger LOG = LoggerFactory.getLogger(Pools.class);
    private static final int STARTS = 8;
    private static final int STOPS = 32;
    private static final int CHECKS = 8;
    private static final int COMMANDS = 16;
    private static final int CALLS = 32;
    private static final long IDLE_SECONDS = 10;
    private static final long CLOSE_SECONDS = 5;

    final ThreadPoolExecutor starts;
    final ThreadPoolExecutor stops;
    final ThreadPoolExecutor checks;
    /** Refuses what is too much. */
    final ThreadPoolExecutor commands;

    /** Likewise; calls of functions, which are many, do not keep people from logs. */
    final ThreadPoolExecutor calls;

    Pools() {
        starts = pool("start", STARTS);
        stops = pool("stop", STOPS);
        checks = pool("check", CHECKS);
        commands = direct("command", COMMANDS);
        calls = direct("call", CALLS);
    }

    /** One for everything. */
    Pools(ThreadPoolExecutor all) {
        starts = all;
        stops = all;
        checks = all;
        commands = all;
        calls = all;
    }

    private static ThreadPoolExecutor pool(String name, int size) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadPoolExecutor direct(String name, int size) {
        return new ThreadPoolExecutor(0, size, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factory(name));
    }

    private static java.util.concurrent.ThreadFactory factory(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "kochab-agent-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    void close() {
        List<ThreadPoolExecutor> all = List.of(calls, commands, checks, starts, stops);
        all.forEach(ThreadPoolExecutor::shutdownNow);
        try {
            for (ThreadPoolExecutor pool : all) {
                if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("Abandoned a call to a runtime driver that does not return");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

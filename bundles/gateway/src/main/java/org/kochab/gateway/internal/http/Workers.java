package org.kochab.gateway.internal.http;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.service.Shares;

/** Threads that answer requests. No tenant may have more than half of what there is, running and waiting. */
final class Workers {
    private static final long STOP_SECONDS = 5;
    private static final long IDLE_SECONDS = 60;

    private final ThreadPoolExecutor threads;
    private final Shares shares;

    Workers(int workers, int waiting) {
        threads = new ThreadPoolExecutor(
                workers,
                workers,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(waiting),
                new DefaultThreadFactory("kochab-api", true));
        threads.allowCoreThreadTimeOut(true);
        shares = Shares.halved(workers + waiting);
    }

    /** Whether the task will be run; it is not if there is too much to do already. */
    boolean submit(TenantId tenant, Runnable task) {
        if (!shares.take(tenant)) {
            return false;
        }
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } finally {
                    shares.giveBack(tenant);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            shares.giveBack(tenant);
            return false;
        }
    }

    void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

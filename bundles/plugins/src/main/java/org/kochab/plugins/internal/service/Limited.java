package org.kochab.plugins.internal.service;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls into vendors' code, which may never return: each on a thread of its own, which is interrupted and left alone when its time is over. */
final class Limited {
    private Limited() {}

    /** @throws ExecutionException with what the call threw */
    static <T> T call(String role, Duration limit, Callable<T> call)
            throws ExecutionException, TimeoutException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task, "kochab-plugins-" + role);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
        } finally {
            task.cancel(true);
        }
    }
}

package org.kochab.chaos.installation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts and ends pods of one tenant for as long as it runs, as an operator would, and notes how long they took and what failed. Runs in a thread of its
 * own; the other methods are for any.
 */
public final class Churn implements Runnable {
    /** The deployment's name. */
    static final String NAME = "churn";
    /** So many start at once. */
    public static final int PODS = 4;

    private static final long PATIENCE_SECONDS = 60;

    /** One start of some pods. */
    public record Done(long begunNanos, long endedNanos) {
        public double seconds() {
            return (endedNanos - begunNanos) / 1e9;
        }
    }

    /** A command that failed. */
    public record Failed(long atNanos, String why) {}

    private final Installation kochab;
    private final String tenant;
    private final List<Done> done = new ArrayList<>();
    private final List<Failed> failed = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final long pauseSeconds;

    /** @param pauseSeconds how long it waits after each start and each end */
    public Churn(Installation kochab, String tenant, long pauseSeconds) {
        this.kochab = kochab;
        this.tenant = tenant;
        this.pauseSeconds = pauseSeconds;
    }

    @Override
    public void run() {
        try {
            while (stopped.getCount() > 0) {
                long begun = System.nanoTime();
                if (scale(PODS)) {
                    add(new Done(begun, System.nanoTime()));
                }
                pause();
                scale(0);
                pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pause() throws InterruptedException {
        boolean ignored = stopped.await(pauseSeconds, TimeUnit.SECONDS);
    }

    private boolean scale(int pods) throws InterruptedException {
        String why;
        try {
            Installation.Answer answer =
                    kochab.kochab("sh", scaling(NAME, tenant, pods) + "; " + waiting(NAME, tenant, PATIENCE_SECONDS));
            if (answer.exit() == 0) {
                return true;
            }
            why = answer.text().strip();
        } catch (IOException e) {
            why = String.valueOf(e.getMessage());
        }
        synchronized (this) {
            failed.add(new Failed(System.nanoTime(), why));
        }
        return false;
    }

    /** The shell's command that wants so many of a tenant's pods. */
    static String scaling(String deployment, String tenant, int pods) {
        return "kochab:scale deployment " + deployment + " " + pods + " --tenant " + tenant;
    }

    /** The one that waits until they are there, or gone. */
    static String waiting(String deployment, String tenant, long seconds) {
        return "kochab:wait deployment " + deployment + " --tenant " + tenant + " --timeout " + seconds;
    }

    private synchronized void add(Done one) {
        done.add(one);
    }

    /** Those that began and ended in between. */
    public synchronized List<Done> done(long from, long to) {
        return done.stream()
                .filter(d -> d.begunNanos() >= from && d.endedNanos() <= to)
                .toList();
    }

    /** Those of which it was known in between. */
    public synchronized List<Failed> failed(long from, long to) {
        return failed.stream()
                .filter(f -> f.atNanos() >= from && f.atNanos() <= to)
                .toList();
    }

    /** Lets it end what it has begun, and the pods, and then itself. */
    public void stop() {
        stopped.countDown();
    }
}

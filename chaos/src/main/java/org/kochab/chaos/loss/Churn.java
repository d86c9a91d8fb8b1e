package org.kochab.chaos.loss;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Starts and ends pods of one tenant for as long as it runs, as an operator would, and notes how long they took and what failed. */
final class Churn implements Runnable {
    private static final String NAME = "churn";
    private static final int PODS = 4;

    /** One start of some pods. */
    record Done(long begunNanos, long endedNanos) {
        double seconds() {
            return (endedNanos - begunNanos) / 1e9;
        }
    }

    /** A command that failed. */
    record Failed(long atNanos, String why) {}

    private final Installation kochab;
    private final String tenant;
    private final List<Done> done = new ArrayList<>();
    private final List<Failed> failed = new ArrayList<>();
    private volatile boolean stopped;

    Churn(Installation kochab, String tenant) {
        this.kochab = kochab;
        this.tenant = tenant;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                long begun = System.nanoTime();
                if (scale(PODS)) {
                    add(new Done(begun, System.nanoTime()));
                }
                scale(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean scale(int pods) throws InterruptedException {
        String why;
        try {
            Installation.Answer answer = kochab.kochab(
                    "sh",
                    "kochab:scale deployment " + NAME + " " + pods + " --tenant " + tenant + "; kochab:wait deployment "
                            + NAME + " --tenant " + tenant + " --timeout 60");
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

    private synchronized void add(Done one) {
        done.add(one);
    }

    /** Those that began and ended in between. */
    synchronized List<Done> done(long from, long to) {
        return done.stream()
                .filter(d -> d.begunNanos() >= from && d.endedNanos() <= to)
                .toList();
    }

    synchronized List<Failed> failed(long from, long to) {
        return failed.stream()
                .filter(f -> f.atNanos() >= from && f.atNanos() <= to)
                .toList();
    }

    void stop() {
        stopped = true;
    }
}

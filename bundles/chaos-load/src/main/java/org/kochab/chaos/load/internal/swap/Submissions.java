package org.kochab.chaos.load.internal.swap;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceService;

/** Submits pods by some writers, each with one call at a time, and remembers when each was asked for and answered. Used by one thread. */
final class Submissions {
    private static final int WRITERS = 16;
    private static final int RETRY_MILLIS = 20;

    private final ResourceService resources;
    private final Bindings bindings;
    private final Findings findings;
    private final int pace;
    private final long[] askedAt;
    private final long[] answeredAt;
    private final String[] uids;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger writers = new AtomicInteger();
    private int first;

    Submissions(ResourceService resources, Bindings bindings, Findings findings, int pods, int pace) {
        this.resources = resources;
        this.bindings = bindings;
        this.findings = findings;
        this.pace = pace;
        askedAt = new long[pods];
        answeredAt = new long[pods];
        uids = new String[pods];
    }

    /** Submits the next pods, with swaps evenly between them; returns when all calls are answered. @return how many were submitted in all phases so far */
    int phase(int pods, int swaps, Swaps swapper) throws InterruptedException {
        Turnstile turnstile = new Turnstile(first, pods, swaps, pace, bindings);
        ExecutorService threads = Executors.newFixedThreadPool(
                WRITERS, work -> new Thread(work, "kochab-chaos-writer-" + writers.incrementAndGet() % WRITERS));
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                all.add(threads.submit(() -> {
                    write(turnstile);
                    return null;
                }));
            }
            for (int i = 0; i < swaps; i++) {
                turnstile.awaitSwap();
                swapper.swap();
                turnstile.swapped();
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a writer ended: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(1, TimeUnit.MINUTES);
        }
        first += pods;
        return first;
    }

    private void write(Turnstile turnstile) throws InterruptedException {
        for (int number = turnstile.pass(); number >= 0; number = turnstile.pass()) {
            askedAt[number] = System.nanoTime();
            uids[number] = submit(number);
            answeredAt[number] = System.nanoTime();
        }
    }

    /** @return its UID; "" if it was not created */
    private String submit(int number) throws InterruptedException {
        while (true) {
            try {
                Resource created = resources.create(Pods.TENANT, Pods.pod(number));
                return String.valueOf(created.metadata().uid());
            } catch (ResourceException e) {
                if (e.reason() != ResourceException.Reason.BUSY) {
                    findings.add("pod " + number + " was refused: " + e.reason() + ", " + e.getMessage());
                    return "";
                }
                busy.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }

    long askedAt(int number) {
        return askedAt[number];
    }

    long answeredAt(int number) {
        return answeredAt[number];
    }

    String uid(int number) {
        return uids[number];
    }

    /** How often a writer was told to try again. */
    int busy() {
        return busy.get();
    }
}

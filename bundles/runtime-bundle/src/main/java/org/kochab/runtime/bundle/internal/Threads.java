package org.kochab.runtime.bundle.internal;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** Threads of a bundle: those that have its class loader as context class loader, as the ones do that its activator makes. */
final class Threads {
    private Threads() {}

    static @Nullable ClassLoader loaderOf(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        return wiring == null ? null : wiring.getClassLoader();
    }

    static List<Thread> of(@Nullable ClassLoader loader) {
        if (loader == null) {
            return List.of();
        }
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        // What is started meanwhile may be left out: those who ask, ask again.
        Thread[] all = new Thread[top.activeCount() * 2];
        int count = top.enumerate(all, true);
        return Arrays.stream(all, 0, count)
                .filter(t -> t.getContextClassLoader() == loader)
                .toList();
    }

    /** Interrupts them until they have ended or the time is over; returns those that have not. */
    static List<Thread> end(@Nullable ClassLoader loader, long millis) {
        long last = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        List<Thread> left = of(loader);
        try {
            while (!left.isEmpty() && System.nanoTime() - last < 0) {
                left.forEach(Thread::interrupt);
                left.get(0).join(50);
                left = of(loader);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return left;
    }

    static String names(List<Thread> threads) {
        return threads.stream().limit(8).map(Thread::getName).collect(Collectors.joining(", "));
    }
}

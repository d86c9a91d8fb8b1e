package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services of one kind, by name, that come and go while they are in use. Whoever calls a service holds a {@link Held} lease meanwhile;
 * {@link #withdraw} takes the service away from new callers at once and returns when the present ones are done, so that a bundle is never
 * stopped in the middle of a call. Of several services with one name the newest is used. Thread-safe.
 */
final class ServiceLease<T> {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceLease.class);

    private final String kind;
    private final Duration mostWait;
    private final Runnable changed;
    private final SortedMap<String, List<Holder<T>>> byName = new TreeMap<>();
    private long offered;

    /**
     * @param kind for the log, for example {@code scheduler}
     * @param mostWait how long a withdrawal waits for calls under way
     * @param changed told after each change; must return at once
     */
    ServiceLease(String kind, Duration mostWait, Runnable changed) {
        this.kind = kind;
        this.mostWait = mostWait;
        this.changed = changed;
    }

    /** Where a service comes from. */
    record Origin(String bundle, String version) {
        @Override
        public String toString() {
            return bundle + " " + version;
        }
    }

    private static final class Holder<T> {
        final String name;
        final T service;
        final Origin origin;
        final long number;
        int users;

        Holder(String name, T service, Origin origin, long number) {
            this.name = name;
            this.service = service;
            this.origin = origin;
            this.number = number;
        }
    }

    /** The right to call a service until it is closed. */
    final class Held implements AutoCloseable {
        private final Holder<T> holder;

        private Held(Holder<T> holder) {
            this.holder = holder;
        }

        T service() {
            return holder.service;
        }

        String name() {
            return holder.name;
        }

        Origin origin() {
            return holder.origin;
        }

        /** Every service that is offered has another one. */
        long number() {
            return holder.number;
        }

        @Override
        public void close() {
            synchronized (byName) {
                holder.users--;
                byName.notifyAll();
            }
        }
    }

    /** One service as it is listed. */
    record Listed<T>(String name, T service, Origin origin, long number) {}

    void offer(String name, T service, Origin origin) {
        synchronized (byName) {
            byName.computeIfAbsent(name, n -> new ArrayList<>()).add(new Holder<>(name, service, origin, ++offered));
        }
        changed.run();
    }

    /** Waits, bounded, until nobody is in a call of the service. Does not ask the service for its name: it may say another one by now. */
    void withdraw(T service) {
        Holder<T> gone = null;
        synchronized (byName) {
            for (List<Holder<T>> holders : byName.values()) {
                for (Holder<T> h : holders) {
                    if (h.service == service) {
                        gone = h;
                    }
                }
            }
            if (gone == null) {
                return;
            }
            List<Holder<T>> holders = byName.getOrDefault(gone.name, List.of());
            holders.remove(gone);
            if (holders.isEmpty()) {
                byName.remove(gone.name);
            }
        }
        changed.run();
        await(gone.name, gone);
    }

    private void await(String name, Holder<T> gone) {
        long end = System.nanoTime() + mostWait.toNanos();
        synchronized (byName) {
            while (gone.users > 0) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    LOG.warn(
                            "{} {} is still in use {} s after it was withdrawn",
                            kind,
                            name,
                            mostWait.toMillis() / 1000.0);
                    return;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(byName, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** The service of this name, if there is one now. Close the lease soon. */
    Optional<Held> hold(String name) {
        synchronized (byName) {
            List<Holder<T>> holders = byName.get(name);
            if (holders == null) {
                return Optional.empty();
            }
            Holder<T> newest = holders.get(holders.size() - 1);
            newest.users++;
            return Optional.of(new Held(newest));
        }
    }

    List<Listed<T>> list() {
        synchronized (byName) {
            List<Listed<T>> all = new ArrayList<>();
            byName.forEach((name, holders) -> {
                Holder<T> newest = holders.get(holders.size() - 1);
                all.add(new Listed<>(name, newest.service, newest.origin, newest.number));
            });
            return all;
        }
    }
}

package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServiceLeaseTest {
    private static final ServiceLease.Origin HERE = new ServiceLease.Origin("test", "1");

    /** A service that must not be called after it was closed. */
    private static final class Fragile {
        final AtomicBoolean closed = new AtomicBoolean();

        boolean call() {
            boolean before = closed.get();
            Thread.yield();
            return !before && !closed.get();
        }
    }

    @Test
    void noCallMeetsAServiceThatWasWithdrawn() throws Exception {
        ServiceLease<Fragile> lease = new ServiceLease<>("service", Duration.ofSeconds(30), () -> {});
        Fragile current = new Fragile();
        lease.offer("x", current, HERE);
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger broken = new AtomicInteger();
        CountDownLatch called = new CountDownLatch(4);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread t = new Thread(() -> {
                while (!done.get()) {
                    Optional<ServiceLease<Fragile>.Held> held = lease.hold("x");
                    if (held.isPresent()) {
                        try (ServiceLease<Fragile>.Held h = held.get()) {
                            calls.incrementAndGet();
                            if (!h.service().call()) {
                                broken.incrementAndGet();
                            }
                            called.countDown();
                        }
                    }
                }
            });
            t.start();
            callers.add(t);
        }
        assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();
        for (int swap = 0; swap < 500; swap++) {
            Fragile next = new Fragile();
            if (swap % 2 == 0) {
                lease.offer("x", next, HERE);
            }
            lease.withdraw(current);
            current.closed.set(true);
            if (swap % 2 != 0) {
                lease.offer("x", next, HERE);
            }
            current = next;
        }
        done.set(true);
        for (Thread t : callers) {
            t.join();
        }
        assertThat(calls.get()).isPositive();
        assertThat(broken.get()).isZero();
    }

    @Test
    void aWithdrawalWaitsForTheCallUnderWayButNotForEver() throws Exception {
        ServiceLease<String> lease = new ServiceLease<>("service", Duration.ofMillis(200), () -> {});
        lease.offer("x", "one", HERE);
        ServiceLease<String>.Held held = lease.hold("x").orElseThrow();
        lease.withdraw("one");
        assertThat(lease.hold("x")).isEmpty();

        lease.offer("x", "two", HERE);
        ServiceLease<String>.Held second = lease.hold("x").orElseThrow();
        CountDownLatch withdrawn = new CountDownLatch(1);
        Thread t = new Thread(() -> {
            lease.withdraw("two");
            withdrawn.countDown();
        });
        t.start();
        second.close();
        assertThat(withdrawn.await(30, TimeUnit.SECONDS)).isTrue();
        held.close();
    }
}

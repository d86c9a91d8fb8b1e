package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.partition.internal.core.view.ClusterModel;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;

/** Schedulers that throw, answer nonsense or do not come back. */
@Timeout(60)
class SchedulerCallsTest {
    private static final String WHO = "scheduler 'acme' of com.acme 1.2.0";
    private static final ServiceLease.Origin FROM = new ServiceLease.Origin("com.acme", "1.2.0");

    private interface Placing {
        List<Decision> place(ClusterView view) throws InterruptedException;
    }

    /** A scheduler that does as it is told. */
    private static final class Told implements Scheduler {
        final AtomicInteger calls = new AtomicInteger();
        volatile Placing placing;
        volatile Optional<String> culprit = Optional.empty();
        volatile String thread = "";

        Told(Placing placing) {
            this.placing = placing;
        }

        @Override
        public String name() {
            return "acme";
        }

        @Override
        public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
            calls.incrementAndGet();
            thread = Thread.currentThread().getName() + "/"
                    + Thread.currentThread().getId();
            try {
                return placing.place(view);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Optional<String> abandoned(Thread caller) {
            return culprit;
        }
    }

    private final AtomicLong now = new AtomicLong(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final ServiceLease<Scheduler> schedulers = new ServiceLease<>("scheduler", Duration.ZERO, () -> {});
    private SchedulerCalls calls = calls(Duration.ofSeconds(30));
    private final ClusterView model = new ClusterModel().view();

    @AfterEach
    void stop() {
        release.countDown();
        calls.close();
    }

    private SchedulerCalls calls(Duration limit) {
        return new SchedulerCalls("test-scheduler", limit, now::get);
    }

    /** Whoever hangs is soon given up. */
    private void impatient() {
        calls = calls(Duration.ofMillis(500));
    }

    private Told scheduler(Placing placing) {
        Told told = new Told(placing);
        schedulers.offer(told.name(), told, FROM);
        return told;
    }

    private SchedulerCalls.Answer place() throws InterruptedException {
        try (ServiceLease<Scheduler>.Held lease = schedulers.hold("acme").orElseThrow()) {
            return calls.place(lease, model, List.of(), 1);
        }
    }

    private void decides() throws InterruptedException {
        assertThat(place()).isInstanceOf(SchedulerCalls.Answer.Decided.class);
        calls.decided(5, 0);
        assertThat(calls.trouble()).isEmpty();
    }

    private String refuses() throws InterruptedException {
        return ((SchedulerCalls.Answer.None) place()).why();
    }

    private void waits(int seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private static List<Decision> hang(CountDownLatch until) {
        while (until.getCount() > 0) {
            try {
                until.await();
            } catch (InterruptedException e) {
                // It hangs on.
            }
        }
        return List.of();
    }

    @Test
    void whatThrowsIsNamedAndLeftAloneForAWhileAndThenCalledAgain() throws Exception {
        Told told = scheduler(view -> {
            throw new AssertionError("no licence");
        });
        for (int i = 0; i < 3; i++) {
            assertThat(refuses())
                    .isEqualTo("Not placed: " + WHO
                            + " failed (java.lang.AssertionError: no licence); choose another with"
                            + " kochab:scheduler-use.");
        }
        assertThat(calls.trouble())
                .contains(new Trouble(
                        "Quarantined",
                        WHO + " failed 3 times in a row, last with: java.lang.AssertionError: no licence."
                                + " It is tried again in 1 s."));
        assertThat(refuses()).contains(WHO + " failed 3 times in a row", "left alone for a while");
        assertThat(told.calls).hasValue(3);

        waits(1);
        refuses();
        assertThat(told.calls).hasValue(4);
        assertThat(calls.trouble().orElseThrow().message()).contains("tried again in 2 s");
        waits(2);
        told.placing = view -> List.of();
        decides();
    }

    @Test
    void nonsenseCountsAsFailure() throws Exception {
        Told told = scheduler(view -> null);
        assertThat(refuses()).contains(WHO + " failed (java.lang.NullPointerException");
        told.placing = view -> Collections.singletonList(null);
        assertThat(refuses()).contains(WHO + " failed (java.lang.NullPointerException");
        told.placing = view -> List.of();
        assertThat(place()).isInstanceOf(SchedulerCalls.Answer.Decided.class);
        calls.decided(5, 4);
        assertThat(calls.trouble().orElseThrow().message()).contains("no usable decision about 4 of 5 pods");
        assertThat(refuses()).contains("left alone");
        waits(1);
        decides();
    }

    @Test
    void aCallThatDoesNotEndIsGivenUpAndItsSchedulerNotCalledBeforeItHas() throws Exception {
        impatient();
        Told told = scheduler(view -> hang(release));
        assertThat(refuses())
                .isEqualTo("Not placed: " + WHO + " did not end a batch within 1 s and is left alone for a while;"
                        + " see kochab:plugin-list.");
        waits(10_000);
        assertThat(refuses()).contains(WHO + " did not end a call within 1 s");
        assertThat(calls.trouble().orElseThrow().state()).isEqualTo("Quarantined");
        assertThat(told.calls).hasValue(1);

        String stuck = told.thread;
        told.placing = view -> List.of();
        release.countDown();
        while (refuses0()) {
            Thread.onSpinWait();
        }
        assertThat(told.thread).startsWith("test-scheduler/").isNotEqualTo(stuck);
        calls.decided(0, 0);
        assertThat(calls.trouble()).isEmpty();
    }

    private boolean refuses0() throws InterruptedException {
        return place() instanceof SchedulerCalls.Answer.None;
    }

    @Test
    void aSchedulerThatIsUpdatedWhileItsOldCallHangsIsCalledAtOnce() throws Exception {
        impatient();
        Told old = scheduler(view -> hang(release));
        refuses();
        schedulers.withdraw(old);
        scheduler(view -> List.of());
        decides();
    }

    @Test
    void onlySoManyThreadsAreLost() throws Exception {
        impatient();
        for (int i = 0; i < 4; i++) {
            Told old = scheduler(view -> hang(release));
            assertThat(refuses()).contains("did not end a batch");
            schedulers.withdraw(old);
        }
        Told fifth = scheduler(view -> List.of());
        assertThat(refuses()).contains("4 threads do not come back");
        assertThat(fifth.calls).hasValue(0);

        release.countDown();
        while (refuses0()) {
            Thread.onSpinWait();
        }
        assertThat(fifth.calls).hasValue(1);
    }

    @Test
    void aSchedulerIsNotBlamedForItsPlugin() throws Exception {
        impatient();
        List<Throwable> ends = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch ended = new CountDownLatch(1);
        Told told = scheduler(view -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                ends.add(e);
                try {
                    view.slots();
                } catch (CancellationException over) {
                    ends.add(over);
                }
                ended.countDown();
                throw e;
            }
            return List.of();
        });
        told.culprit = Optional.of("scorer 'x' of com.other 2.0.0");

        assertThat(refuses()).startsWith("Not placed: scorer 'x' of com.other 2.0.0 did not end a batch within 1 s");

        ended.await();
        assertThat(ends)
                .extracting(e -> e.getClass().getSimpleName())
                .containsExactly("InterruptedException", "CancellationException");
        assertThat(calls.trouble()).isEmpty();
        told.placing = view -> List.of();
        decides();
    }

    @Test
    void aViewThatIsKeptAnswersNoMore() throws Exception {
        List<ClusterView> kept = new ArrayList<>();
        scheduler(view -> {
            kept.add(view);
            assertThat(view.live().isEmpty()).isTrue();
            return List.of();
        });
        decides();

        assertThatThrownBy(() -> kept.get(0).live()).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> kept.get(0).withLabel("a", "b")).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> kept.get(0).nodeName(0)).isInstanceOf(CancellationException.class);
    }

    @Test
    void aLoopThatEndsDoesNotWaitForTheCall() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        scheduler(view -> {
            called.countDown();
            return hang(release);
        });
        SchedulerCalls patient = new SchedulerCalls("test-patient", Duration.ofHours(1), now::get);
        CountDownLatch ended = new CountDownLatch(1);
        Thread loop = new Thread(() -> {
            try (ServiceLease<Scheduler>.Held lease = schedulers.hold("acme").orElseThrow()) {
                patient.place(lease, model, List.of(), 1);
            } catch (InterruptedException e) {
                ended.countDown();
            }
        });
        loop.start();
        called.await();
        loop.interrupt();
        ended.await();
        loop.join();
    }
}

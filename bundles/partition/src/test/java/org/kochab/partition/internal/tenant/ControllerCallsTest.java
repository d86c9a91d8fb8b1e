package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Controllers that throw, answer nonsense or do not come back. */
@Timeout(60)
class ControllerCallsTest {
    private static final ServiceLease.Origin FROM = new ServiceLease.Origin("com.acme", "1.2.0");
    private static final String WHO = "controller 'acme' of com.acme 1.2.0";

    private final ServiceLease<Controller> controllers =
            new ServiceLease<>("controller", Duration.ofSeconds(30), () -> {});
    private final CountDownLatch release = new CountDownLatch(1);
    private final Map<String, AtomicInteger> called = new ConcurrentHashMap<>();
    private ControllerCalls calls = calls(Duration.ofSeconds(60));

    @AfterEach
    void stop() {
        release.countDown();
        calls.close();
    }

    private ControllerCalls calls(Duration limit) {
        return new ControllerCalls("test-controllers", controllers, noContext(), ref -> false, limit, limit);
    }

    /** None of these controllers looks at anything. */
    @SuppressWarnings("NullAway")
    private static ControllerContext noContext() {
        return null;
    }

    private static ResourceRef object(String name) {
        return new ResourceRef(new TenantId("acme"), Kind.DEPLOYMENT, "default", name);
    }

    private Controller controller(String name, Function<String, Outcome> work) {
        Controller controller = new Controller() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Kind kind() {
                return Kind.DEPLOYMENT;
            }

            @Override
            public List<Kind> owns() {
                return List.of();
            }

            @Override
            public Outcome reconcile(ControllerContext context, ResourceRef object) {
                String key = name + "/" + object.name();
                called.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
                return work.apply(String.valueOf(object.name()));
            }
        };
        controllers.offer(name, controller, FROM);
        return controller;
    }

    private int called(String key) {
        return called.getOrDefault(key, new AtomicInteger()).get();
    }

    private void until(BooleanSupplier wanted) {
        while (!wanted.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).as("time is up").isFalse();
            calls.watch();
            Thread.onSpinWait();
        }
    }

    private Optional<String> state(String controller) {
        return calls.trouble(controller).map(Trouble::state);
    }

    @Test
    void aFailingObjectIsToldAndOthersGoOn() {
        AtomicBoolean mended = new AtomicBoolean();
        controller("acme", name -> {
            if (name.equals("bad") && !mended.get()) {
                throw new AssertionError("no disk");
            }
            return Outcome.DONE;
        });
        calls.start();
        calls.add("acme", object("bad"));
        until(() -> state("acme").isPresent());

        assertThat(calls.trouble("acme").orElseThrow().message())
                .startsWith(WHO + " fails on 1 object, on " + object("bad") + " of acme ")
                .endsWith(" times in a row with: java.lang.AssertionError: no disk");
        assertThat(state("acme")).contains("Failing");
        calls.add("acme", object("good"));
        until(() -> called("acme/good") == 1);
        mended.set(true);
        until(() -> state("acme").isEmpty());
    }

    @Test
    void nonsenseIsAFailure() {
        AtomicInteger n = new AtomicInteger();
        controller("acme", name -> {
            int i = n.incrementAndGet();
            return i == 1 ? null : new Outcome.Again(i == 2 ? null : Duration.ofSeconds(Long.MAX_VALUE));
        });
        calls.start();
        calls.add("acme", object("a"));
        until(() -> called("acme/a") == 3);
        calls.add("acme", object("b"));
        until(() -> called("acme/b") == 1);
    }

    @Test
    void aCallThatDoesNotEndCostsAThreadThatIsReplaced() throws Exception {
        calls = calls(Duration.ofMillis(250));
        CountDownLatch hang = new CountDownLatch(2);
        Controller hanging = controller("acme", name -> {
            hang.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    // It hangs on.
                }
            }
            return Outcome.DONE;
        });
        controller("other", name -> Outcome.DONE);
        calls.start();
        for (String name : List.of("a", "b", "c", "d")) {
            calls.add("acme", object(name));
        }
        // Both, before anybody looks: once the first is found to hang, the second is not called.
        hang.await();
        until(() -> state("acme").isPresent());
        assertThat(calls.trouble("acme").orElseThrow().message())
                .startsWith(WHO + " did not end a call for " + Kind.DEPLOYMENT.name())
                .endsWith("It is not called before that call has ended.");
        assertThat(state("acme")).contains("Quarantined");
        calls.add("other", object("x"));
        until(() -> called("other/x") == 1);
        assertThat(called("acme/c") + called("acme/d")).isZero();

        // Stopping its bundle does not wait for calls that were given up, and its next version is called at once.
        CompletableFuture<Void> withdrawn = CompletableFuture.runAsync(() -> controllers.withdraw(hanging));
        until(withdrawn::isDone);
        controller("acme", name -> Outcome.DONE);
        calls.add("acme", object("e"));
        until(() -> called("acme/e") == 1);
        assertThat(state("acme")).isEmpty();
        // Never twice at a time for one object: not even by the next version.
        calls.add("acme", object("a"));
        assertThat(called("acme/a")).isEqualTo(1);
        release.countDown();
        until(() -> called("acme/a") == 2);
    }

    @Test
    void aCallThatEndsWhenItIsInterruptedKeepsItsThread() {
        calls = calls(Duration.ofMillis(50));
        AtomicInteger interrupted = new AtomicInteger();
        controller("acme", name -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw new IllegalStateException(e);
            }
            return Outcome.DONE;
        });
        calls.start();
        calls.add("acme", object("a"));
        until(() -> interrupted.get() == 1);
        until(() -> calls.trouble("acme")
                .filter(t -> t.message().contains("It is tried again in "))
                .isPresent());
        controller("other", name -> Outcome.DONE);
        for (int i = 0; i < 10; i++) {
            calls.add("other", object("x" + i));
        }
        until(() -> called("other/x9") == 1);
    }

    @Test
    void aControllerIsAskedOnceForWhatItLooksAfter() {
        AtomicInteger asked = new AtomicInteger();
        SteadyController steady = new SteadyController(new Controller() {
            @Override
            public String name() {
                return "acme";
            }

            @Override
            public Kind kind() {
                if (asked.incrementAndGet() > 1) {
                    throw new IllegalStateException("expected by the test");
                }
                return Kind.DEPLOYMENT;
            }

            @Override
            public List<Kind> owns() {
                return List.of(Kind.REPLICA_SET);
            }

            @Override
            public Outcome reconcile(ControllerContext context, ResourceRef object) {
                return Outcome.DONE;
            }
        });

        assertThat(steady.kind()).isEqualTo(Kind.DEPLOYMENT);
        assertThat(steady.kind()).isEqualTo(Kind.DEPLOYMENT);
        assertThat(steady.owns()).containsExactly(Kind.REPLICA_SET);
    }
}

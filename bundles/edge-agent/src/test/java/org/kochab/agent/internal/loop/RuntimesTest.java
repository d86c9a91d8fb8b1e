package org.kochab.agent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.agent.internal.core.Checkpoint;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;
import org.kochab.spi.runtime.TaskHandle;

/** When drivers are asked what they have and whether they work. */
@Timeout(60)
class RuntimesTest {
    private static final Moment NOW = new Moment(1_000_000, Instant.EPOCH);
    private static final String DIGEST = "0".repeat(64);

    private volatile Moment now = NOW;
    private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    private final PodDocument pod = new PodDocument(
            "u",
            "acme",
            "default",
            "x",
            Map.of(),
            PodSpec.builder()
                    .containers(List.of(Container.of("c", null, List.of("run"))))
                    .runtimeClassName("needed")
                    .build());
    private final Reconciler core = new Reconciler(Checkpoint.EMPTY, d -> Optional.of(pod), "127.0.0.1", NOW);
    private final EventLoop loop = new EventLoop(this::settle);
    private final Runtimes runtimes = new Runtimes(new Pools(pool), loop, core);

    RuntimesTest() {
        loop.start();
    }

    private long settle() {
        runtimes.tick(now);
        return Long.MAX_VALUE;
    }

    @AfterEach
    void end() {
        loop.close();
        pool.shutdownNow();
    }

    private void add(String kind) throws InterruptedException {
        onLoop(() -> runtimes.add(new ObedientDriver(kind, asked::add)));
    }

    /** Returns when the loop has done so and has settled afterwards. */
    private void onLoop(Runnable what) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        loop.post(() -> {
            what.run();
            loop.post(done::countDown);
        });
        done.await();
    }

    private void want() throws InterruptedException {
        List<Desired.Entry> pods = List.of(new Desired.Entry("u", DIGEST, 1, null));
        onLoop(() -> {
            core.desired(new Desired(1, 1, Digests.of(pods), pods), NOW);
            core.spec(DIGEST, pod, NOW);
        });
    }

    private List<String> take(int count) throws InterruptedException {
        String[] words = new String[count];
        for (int i = 0; i < count; i++) {
            words[i] = asked.take();
        }
        return List.of(words);
    }

    @Test
    void untilAllAreAdmittedOnlyWhatAPodNeedsIsAsked() throws Exception {
        add("other");
        add("needed");
        assertThat(asked).isEmpty();
        assertThat(runtimes.offered()).extracting(r -> r.kind() + r.ok()).containsExactly("neededfalse", "otherfalse");

        want();
        assertThat(take(2)).containsExactly("needed tasks", "needed probe");
        onLoop(() -> {});
        assertThat(asked).isEmpty();

        onLoop(runtimes::admitAll);
        assertThat(take(2)).containsExactly("other tasks", "other probe");
        onLoop(runtimes::admitAll);
        add("late");
        assertThat(take(2)).containsExactly("late tasks", "late probe");
    }

    @Test
    void aPodWhoseDriverIsNotAskedYetWaits() throws Exception {
        want();
        onLoop(() -> core.step(NOW));
        assertThat(why()).contains("has no driver for runtimeClassName 'needed'");
        // Its driver comes, and is busy with what it has.
        CountDownLatch busy = new CountDownLatch(1);
        onLoop(() -> runtimes.add(new ObedientDriver("needed", question -> {
            asked.add(question);
            await(busy);
        })));
        assertThat(take(1)).containsExactly("needed tasks");
        onLoop(() -> core.step(NOW));
        assertThat(why()).contains("'needed' is being tried out");
        busy.countDown();
        take(1);
    }

    @Test
    void whoCannotSayHowATaskEndsIsAskedForAllItsTasksAgain() throws Exception {
        RuntimeDriver driver = new ObedientDriver("needed", question -> {
            asked.add(Thread.currentThread().getName().equals("kochab-agent") ? "on the loop's thread" : question);
            if (question.equals("needed exit")) {
                throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "there is no answer");
            }
        });
        onLoop(() -> {
            runtimes.add(driver);
            runtimes.admitAll();
        });
        assertThat(take(2)).containsExactly("needed tasks", "needed probe");
        settled();

        onLoop(() -> runtimes.watch(driver, new TaskHandle("u", "c", 0, "t"), exit -> asked.add("ended")));
        assertThat(take(1)).containsExactly("needed exit");
        settled();
        assertThat(asked).isEmpty();
        now = new Moment(NOW.millis() + 30_000, Instant.EPOCH);
        onLoop(() -> {});
        assertThat(take(2)).containsExactly("needed tasks", "needed probe");
    }

    @Test
    void imagesAreListedOnceForANameThatIsAmongThoseOfNone() throws Exception {
        List<RuntimeImage> there = new CopyOnWriteArrayList<>();
        AtomicInteger listed = new AtomicInteger();
        RuntimeDriver driver = new ObedientDriver("needed", question -> {}) {
            @Override
            public List<RuntimeImage> images() {
                listed.incrementAndGet();
                return List.copyOf(there);
            }
        };
        onLoop(() -> {
            runtimes.add(driver);
            runtimes.admitAll();
        });
        settled();
        there.add(new RuntimeImage(List.of("docker.io/library/nginx:1.27"), 1));
        for (int i = 0; i < 3; i++) {
            onLoop(() -> runtimes.used("needed", "nginx:1.27"));
            settled();
            onLoop(() -> runtimes.used("needed", "docker.io/library/nginx:1.27"));
            settled();
        }
        assertThat(runtimes.images()).singleElement().matches(i -> i.sizeBytes() == 1);
        // When it was tried out, and when the first container ran.
        assertThat(listed).hasValue(2);

        there.add(new RuntimeImage(List.of("docker.io/library/nginx:1.28"), 2));
        onLoop(() -> runtimes.used("needed", "nginx:1.28"));
        settled();
        assertThat(runtimes.images()).hasSize(2);
        assertThat(listed).hasValue(3);
    }

    /** What the pool has begun is over, and the loop knows. */
    private void settled() throws Exception {
        pool.submit(() -> {}).get();
        onLoop(() -> {});
    }

    private String why() {
        return String.valueOf(core.all());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

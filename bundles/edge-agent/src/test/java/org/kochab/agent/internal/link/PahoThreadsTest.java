package org.kochab.agent.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PahoThreadsTest {
    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    @Timeout(60)
    void submitsWhatHasBegunAndDoesNotWaitForAThreadThatIsMissing() throws Exception {
        PahoThreads threads = new PahoThreads(1, "test");
        try {
            CountDownLatch running = new CountDownLatch(1);
            Future<?> first = threads.submit(() -> {
                running.countDown();
                await();
            });
            running.await();
            Future<?> second = threads.submit(() -> {});
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();
            end.countDown();
            second.get(30, TimeUnit.SECONDS);
            assertThat(first).isDone();
        } finally {
            threads.shutdownNow();
        }
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

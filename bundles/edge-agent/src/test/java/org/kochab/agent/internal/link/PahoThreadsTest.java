package org.kochab.agent.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PahoThreadsTest {
    /** The test may need some time from submitting to sleeping. */
    private static final int LOOKS = 20_000;

    private final PahoThreads threads = new PahoThreads(4, "test", LOOKS);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    @Timeout(60)
    void wakesWhoSleepsAfterItHasSubmitted() {
        CountDownLatch runs = new CountDownLatch(1);
        threads.submit(runs::countDown);
        assertThatThrownBy(() -> TimeUnit.HOURS.sleep(1)).isInstanceOf(InterruptedException.class);
    }

    @Test
    @Timeout(60)
    void leavesTheTaskAlone() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        var task = threads.submit(() -> {
            try {
                // a receiver waits for its broker
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThatThrownBy(() -> TimeUnit.HOURS.sleep(1)).isInstanceOf(InterruptedException.class);
        end.countDown();
        assertThat(task.get(30, TimeUnit.SECONDS)).isNull();
    }
}

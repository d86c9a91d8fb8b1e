package org.kochab.agent.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PahoThreadsTest {
    @Test
    void interruptsWhoSubmitsAndNobodyElse() throws Exception {
        PahoThreads threads = new PahoThreads(1, "test");
        try {
            AtomicBoolean wasInterrupted = new AtomicBoolean(true);
            var done = threads.submit(
                    () -> wasInterrupted.set(Thread.currentThread().isInterrupted()));
            assertThat(Thread.interrupted()).isTrue();
            done.get(30, TimeUnit.SECONDS);
            assertThat(wasInterrupted).isFalse();
        } finally {
            threads.shutdownNow();
        }
    }
}

package org.kochab.hosttasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.runtime.TaskExit;

class ExitsTest {
    @TempDir
    private Path directory;

    @Test
    void whoWaitsIsToldOfAnEndThatIsForgottenBeforeItIsSeen() throws Exception {
        CountDownLatch looks = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Exits exits = new Exits(directory.resolve("exits"), name -> held(looks, goOn), "exits")) {
            exits.of("another");
            assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<TaskExit> exit = exits.of("task").toCompletableFuture();
            Files.writeString(exits.file("task"), "3 0 1800000000\n");
            exits.forget("task");
            assertThat(exit).isCompletedWithValueMatching(e -> e.exitCode() == 3);
            goOn.countDown();
        }
    }

    /** The one thread that looks. */
    private static boolean held(CountDownLatch looks, CountDownLatch goOn) {
        looks.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}

package org.kochab.runtime.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.agenttasks.TaskLog;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;

final class RunTest {
    private static final long MILLIS = 10 * Run.INTERRUPT_EVERY_MILLIS;

    @TempDir
    Path directory;

    @Test
    void whoeverWritesDownHowItEndedIsNotInterrupted() throws Exception {
        Program program = Program.load("forever.wasm", Modules.command("(loop $again (br $again))"), 1 << 20, false);
        Path file = directory.resolve("exit");
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Run run = new Run(
                new TaskHandle("uid", "main", 0, directory.toString()),
                new Share(program, 1, 1),
                new View(List.of("forever.wasm"), Map.of(), Map.of()),
                TaskLog.create(directory, 1 << 16),
                exit -> {
                    try {
                        assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
                        Files.writeString(file, String.valueOf(exit));
                    } catch (Exception | AssertionError e) {
                        failure.set(e);
                    }
                });
        run.start();
        boolean inTime = run.stop(0, MILLIS);
        stopped.countDown();

        TaskExit exit = run.end().get(30, TimeUnit.SECONDS);
        assertThat(failure).hasValue(null);
        assertThat(inTime).isFalse();
        assertThat(exit.exitCode()).isEqualTo(137);
        assertThat(file).hasContent(exit.toString());
    }
}

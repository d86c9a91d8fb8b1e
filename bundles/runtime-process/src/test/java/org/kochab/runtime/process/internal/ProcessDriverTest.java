package org.kochab.runtime.process.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.kochab.hosttasks.HostTasks;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;

/** What the contract of drivers does not see. */
class ProcessDriverTest {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final Path base = Path.of("target/process-driver").toAbsolutePath();
    private final String uid = "p-" + UUID.randomUUID();

    private TaskSpec task(@Nullable Long memory, @Nullable Long cpu) {
        return task(List.of("sleep", "1000"), memory, cpu);
    }

    private TaskSpec task(List<String> command, @Nullable Long memory, @Nullable Long cpu) {
        return new TaskSpec(
                uid,
                "acme",
                "default",
                "pod",
                0,
                ProcessDriverContractTest.container(command),
                Map.of(),
                List.of(),
                base.resolve("tasks").resolve(uid),
                memory,
                cpu,
                false,
                null,
                List.of(),
                null);
    }

    private static String limit(TaskHandle task, String controller, String file, String unifiedFile)
            throws IOException {
        boolean unified = Files.exists(CGROUPS.resolve("cgroup.controllers"));
        Path group = (unified ? CGROUPS : CGROUPS.resolve(controller)).resolve("kochab-test");
        return Files.readString(group.resolve(HostTasks.name(task)).resolve(unified ? unifiedFile : file))
                .strip()
                .split(" ")[0];
    }

    @Test
    void moreProcessesThanTheLimitCannotBeHad() throws Exception {
        Files.createDirectories(base.resolve("tasks").resolve(uid));
        try (ProcessDriver driver =
                new ProcessDriver(new ProcessDriver.Settings(base.resolve("state"), "kochab-test", 16, 64 * 1024))) {
            Assumptions.assumeTrue(driver.probe().limits().contains("pids"), "this machine cannot limit processes");
            String forks = "i=0; while [ $i -lt 40 ]; do sleep 1000 & i=$((i + 1)); echo $i; done";
            TaskHandle task = driver.start(task(List.of("sh", "-c", forks), null, null));
            try {
                assertThat(driver.exit(task)
                                .toCompletableFuture()
                                .get(40, TimeUnit.SECONDS)
                                .exitCode())
                        .isNotZero();
                assertThat(log(driver, task))
                        .containsIgnoringCase("fork")
                        .contains("\n10\n")
                        .doesNotContain("\n20\n");
            } finally {
                driver.stop(task, Duration.ZERO);
                driver.remove(task);
            }
        }
    }

    private static String log(ProcessDriver driver, TaskHandle task) {
        StringBuffer log = new StringBuffer();
        driver.logs(
                task,
                -1,
                false,
                (error, bytes, offset, length) -> log.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                () -> false);
        return log.toString();
    }

    @Test
    void wordsArriveAsTheyAreAlsoAfterWhatStartsThemWasKilled() throws Exception {
        Files.createDirectories(base.resolve("tasks").resolve(uid));
        List<ProcessHandle> others = ProcessHandle.current().children().toList();
        try (ProcessDriver driver =
                new ProcessDriver(new ProcessDriver.Settings(base.resolve("state"), "kochab-test", 256, 64 * 1024))) {
            List<String> words = List.of("printf", "%s|", "it's", "two\nlines", "größer", "$HOME `id` \\", "");
            for (int round = 0; round < 2; round++) {
                TaskHandle task = driver.start(task(words, null, null));
                assertThat(driver.exit(task)
                                .toCompletableFuture()
                                .get(40, TimeUnit.SECONDS)
                                .exitCode())
                        .isZero();
                assertThat(log(driver, task)).isEqualTo("it's|two\nlines|größer|$HOME `id` \\||");
                driver.remove(task);
                List<ProcessHandle> shells = ProcessHandle.current()
                        .children()
                        .filter(child -> !others.contains(child))
                        .toList();
                assertThat(shells).as("what starts them in round %d", round).hasSize(1);
                shells.get(0).destroyForcibly();
                shells.get(0).onExit().get(40, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void newLimitsAreTheKernels() throws Exception {
        Files.createDirectories(base.resolve("tasks").resolve(uid));
        try (ProcessDriver driver =
                new ProcessDriver(new ProcessDriver.Settings(base.resolve("state"), "kochab-test", 256, 64 * 1024))) {
            Assumptions.assumeTrue(
                    driver.probe().limits().containsAll(List.of("cpu", "memory")), "this machine cannot limit");
            TaskHandle task = driver.start(task(64L << 20, null));
            try {
                for (long memory : new long[] {32L << 20, 256L << 20}) {
                    assertThat(driver.update(task, task(memory, memory >> 18))).isTrue();
                    assertThat(limit(task, "memory", "memory.limit_in_bytes", "memory.max"))
                            .isEqualTo(Long.toString(memory));
                    assertThat(limit(task, "cpu", "cpu.cfs_quota_us", "cpu.max"))
                            .isEqualTo(Long.toString((memory >> 18) * 100));
                }
                assertThatThrownBy(
                                () -> driver.update(new TaskHandle(uid, "main", 7, task.data()), task(32L << 20, null)))
                        .isInstanceOf(RuntimeFailure.class);
            } finally {
                driver.stop(task, Duration.ZERO);
                driver.remove(task);
            }
        }
    }

    /** As when the agent is closed. */
    @Test
    void aTaskWhoseStartIsInterruptedIsKnown() throws Exception {
        Files.createDirectories(base.resolve("tasks").resolve(uid));
        try (ProcessDriver driver =
                new ProcessDriver(new ProcessDriver.Settings(base.resolve("state"), "kochab-test", 256, 64 * 1024))) {
            FutureTask<TaskHandle> start = new FutureTask<>(() -> driver.start(task(null, null)));
            Thread starter = new Thread(start);
            starter.start();
            // The last that is written before it is begun.
            Path known = base.resolve("state/tasks").resolve(HostTasks.name(HostTasks.handle(task(null, null))));
            while (!Files.exists(known) && !start.isDone()) {
                Thread.onSpinWait();
            }
            starter.interrupt();
            TaskHandle task = start.get(40, TimeUnit.SECONDS);
            assertThat(driver.tasks()).contains(task);
            assertThat(driver.recover(task)).isInstanceOf(TaskState.Running.class);
            driver.stop(task, Duration.ZERO);
            driver.remove(task);
        }
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    /** A disk may be slow. */
    @Test
    void howATaskEndedIsToldWhenAllThatItSaidIsKept() throws Exception {
        Path directory = Files.createDirectories(base.resolve("tasks").resolve(uid));
        Path go = base.resolve(uid + ".go");
        try (ProcessDriver driver =
                new ProcessDriver(new ProcessDriver.Settings(base.resolve("state"), "kochab-test", 256, 64 * 1024))) {
            Assumptions.assumeFalse(driver.probe().limits().isEmpty(), "this machine has no control groups");
            String script = "echo first; while [ ! -e " + go + " ]; do sleep 0.1; done; echo last; exit 3";
            TaskHandle task = driver.start(task(List.of("sh", "-c", script), null, null));
            List<ProcessHandle> keepers = new ArrayList<>();
            try {
                driver.logs(task, -1, true, (error, bytes, offset, length) -> {}, () -> log(driver, task)
                        .equals("first\n"));
                String keeper =
                        Files.readString(directory.resolve("pids")).strip().split(" ")[5];
                keepers.add(ProcessHandle.of(Long.parseLong(keeper)).orElseThrow());
                keepers.addAll(keepers.get(0).descendants().toList());
                for (ProcessHandle each : keepers) {
                    signal("STOP", each);
                }
                Files.createFile(go);
                CompletableFuture<TaskExit> exit = driver.exit(task).toCompletableFuture();
                assertThatThrownBy(() -> exit.get(5, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
                for (ProcessHandle each : keepers) {
                    signal("CONT", each);
                }
                assertThat(exit.get(40, TimeUnit.SECONDS).exitCode()).isEqualTo(3);
                assertThat(log(driver, task)).isEqualTo("first\nlast\n");
            } finally {
                for (ProcessHandle each : keepers) {
                    signal("CONT", each);
                }
                driver.stop(task, Duration.ZERO);
                driver.remove(task);
                Files.deleteIfExists(go);
            }
        }
    }
}

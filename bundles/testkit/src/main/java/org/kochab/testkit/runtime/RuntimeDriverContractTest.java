package org.kochab.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;

/** What agents rely on in every runtime driver. Tasks are real. A subclass needs a constructor without parameters. */
public abstract class RuntimeDriverContractTest {
    private static final long SECONDS = 30;

    private final List<TaskHandle> started = new ArrayList<>();
    private final String uid = "contract-" + UUID.randomUUID();
    private Path directory = Path.of(".");
    private @Nullable RuntimeDriver driver;

    /**
     * Opens a driver.
     *
     * @param state where it keeps its own state; drivers opened on the same one, one after the other, see the same tasks
     */
    public abstract RuntimeDriver open(Path state) throws Exception;

    public abstract void close(RuntimeDriver driver);

    /** Directory of this driver's tests: made once, kept between tests for what is slow to make. */
    public abstract Path home() throws Exception;

    /** A container that runs {@code sh -c script}. */
    public abstract Container shell(String script);

    /** A container whose command does not exist. */
    public abstract Container unknownCommand();

    /**
     * Whether a task is a machine of its own: it has one stream of output and takes neither variables nor commands, and of the code that its
     * script ends with nothing is known but whether it was 0.
     */
    protected boolean machines() {
        return false;
    }

    private void programsOnly() {
        Assumptions.assumeFalse(machines(), "a machine has no such thing");
    }

    private int code(int wanted) {
        return machines() ? Math.min(wanted, 1) : wanted;
    }

    @BeforeEach
    void begin() throws Exception {
        directory = Files.createDirectories(home());
        driver = open(directory.resolve("state"));
    }

    @AfterEach
    void end() {
        RuntimeDriver open = driver();
        for (TaskHandle handle : started) {
            open.stop(handle, Duration.ZERO);
            open.remove(handle);
        }
        close(open);
    }

    private RuntimeDriver driver() {
        return java.util.Objects.requireNonNull(driver);
    }

    private void reopen() throws Exception {
        close(driver());
        driver = open(directory.resolve("state"));
    }

    private TaskSpec task(Container container, int attempt, @Nullable Long memory, @Nullable Long cpu)
            throws Exception {
        return task(directory, uid, container, attempt, Map.of("GREETING", "it's me"), memory, cpu);
    }

    private static TaskSpec task(
            Path place,
            String ofUid,
            Container container,
            int attempt,
            Map<String, String> environment,
            @Nullable Long memory,
            @Nullable Long cpu)
            throws Exception {
        return new TaskSpec(
                ofUid,
                "acme",
                "default",
                "contract",
                attempt,
                container,
                environment,
                List.of(),
                Files.createDirectories(place.resolve("tasks").resolve(ofUid + "-" + attempt)),
                memory,
                cpu,
                false,
                "contract",
                List.of(),
                null);
    }

    private TaskHandle start(String script) throws Exception {
        return start(task(shell(script), 0, null, null));
    }

    private TaskHandle start(TaskSpec task) {
        driver().prepare(task);
        TaskHandle handle = driver().start(task);
        if (!started.contains(handle)) {
            started.add(handle);
        }
        return handle;
    }

    private TaskExit exit(TaskHandle handle) throws Exception {
        return driver().exit(handle).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    private String log(TaskHandle handle, int tail) {
        Output output = new Output();
        driver().logs(handle, tail, false, output, () -> false);
        return output.text();
    }

    /** What a sink was given. */
    private static final class Output implements OutputSink {
        private final StringBuffer text = new StringBuffer();
        private final CountDownLatch something = new CountDownLatch(1);

        @Override
        public void output(boolean error, byte[] bytes, int offset, int length) {
            text.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
            something.countDown();
        }

        String text() {
            return text.toString();
        }
    }

    @Test
    void theProbeIsGood() {
        assertThat(driver().probe())
                .satisfies(p -> assertThat(p.ok()).as(p.reason()).isTrue());
    }

    @Test
    void exitCodesAreKept() throws Exception {
        TaskHandle handle = start("exit 42");
        assertThat(exit(handle).exitCode()).isEqualTo(code(42));
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Ended.class);
        reopen();
        assertThat(driver().recover(handle)).isInstanceOfSatisfying(TaskState.Ended.class, e -> assertThat(
                        e.exit().exitCode())
                .isEqualTo(code(42)));
        assertThat(exit(handle).exitCode()).isEqualTo(code(42));
    }

    @Test
    void signalsAreTold() throws Exception {
        programsOnly();
        TaskHandle handle = start("sh -c 'kill -9 $$'; exit $?");
        TaskExit exit = exit(handle);
        assertThat(exit.exitCode()).isEqualTo(137);
        assertThat(exit.outOfMemory()).isFalse();
    }

    @Test
    void environmentAndOutput() throws Exception {
        programsOnly();
        TaskHandle handle = start("echo \"$GREETING\"; echo two >&2; echo three");
        exit(handle);
        // Two streams are two pipes: only within one of them is there an order.
        assertThat(log(handle, -1)).contains("two\n").containsSubsequence("it's me\n", "three\n");
        assertThat(log(handle, 1)).isIn("two\n", "three\n");
        assertThat(log(handle, 0)).isEmpty();
    }

    @Test
    void logsFollowUntilTheEnd() throws Exception {
        TaskHandle handle = start("echo first; read line < " + "/dev/null; sleep 1; echo last");
        Output output = new Output();
        driver().logs(handle, -1, true, output, () -> false);
        assertThat(output.text()).isEqualTo("first\nlast\n");
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Ended.class);
    }

    @Test
    void followingStopsWhenNobodyListens() throws Exception {
        TaskHandle handle = start("echo here; sleep 1000");
        Output output = new Output();
        driver().logs(handle, -1, true, output, () -> output.something.getCount() == 0);
        assertThat(output.text()).isEqualTo("here\n");
    }

    @Test
    void whatIsAskedToEndMayEndByItself() throws Exception {
        TaskHandle handle = start("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.1; done");
        ready(handle);
        driver().stop(handle, Duration.ofSeconds(20));
        assertThat(exit(handle).exitCode()).isEqualTo(code(3));
        assertThat(log(handle, 1)).isEqualTo("bye\n");
    }

    @Test
    void whatDoesNotEndIsKilled() throws Exception {
        TaskHandle handle = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
        ready(handle);
        driver().stop(handle, Duration.ofMillis(500));
        assertThat(exit(handle).exitCode()).isEqualTo(137);
        driver().stop(handle, Duration.ofSeconds(1));
    }

    private void ready(TaskHandle handle) {
        Output output = new Output();
        driver().logs(handle, -1, true, output, () -> output.something.getCount() == 0);
    }

    @Test
    void commandsRunInsideTheTask() throws Exception {
        programsOnly();
        TaskHandle handle = start("sleep 1000");
        Output output = new Output();
        int code = driver().exec(
                        handle,
                        List.of("sh", "-c", "echo \"$GREETING\"; echo problem >&2; exit 5"),
                        Duration.ofSeconds(20),
                        output,
                        () -> false);
        assertThat(code).isEqualTo(5);
        assertThat(output.text()).contains("it's me\n").contains("problem\n");
    }

    @Test
    void commandsAreBounded() throws Exception {
        programsOnly();
        TaskHandle handle = start("sleep 1000");
        long begin = System.nanoTime();
        int code = driver().exec(handle, List.of("sleep", "1000"), Duration.ofMillis(500), new Output(), () -> false);
        assertThat(code).isNotZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(SECONDS));
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Running.class);
    }

    @Test
    void commandsThatDoNotExistAreRefused() throws Exception {
        programsOnly();
        TaskSpec task = task(unknownCommand(), 0, null, null);
        assertThatThrownBy(() -> start(task)).isInstanceOfSatisfying(RuntimeFailure.class, f -> assertThat(f.code())
                .isEqualTo(RuntimeFailure.Code.COMMAND));
        assertThat(driver().tasks()).noneMatch(h -> h.podUid().equals(uid));
    }

    @Test
    void memoryLimitsAreEnforced() throws Exception {
        programsOnly();
        Assumptions.assumeTrue(driver().probe().limits().contains("memory"), "this machine cannot limit memory");
        TaskHandle handle = start(task(shell("x=0123456789abcdef; while :; do x=$x$x; done"), 0, 32L << 20, null));
        TaskExit exit = exit(handle);
        assertThat(exit.exitCode()).isEqualTo(137);
        assertThat(exit.outOfMemory()).isTrue();
    }

    @Test
    void processorLimitsAreEnforced() throws Exception {
        Assumptions.assumeTrue(driver().probe().limits().contains("cpu"), "this machine cannot limit processors");
        TaskHandle handle = start(task(shell("echo go; while :; do :; done"), 0, null, 100L));
        ready(handle);
        long began = System.nanoTime();
        long before = driver().use(handle).orElseThrow().cpuMicros();
        assertThatThrownBy(() -> driver().exit(handle).toCompletableFuture().get(3, TimeUnit.SECONDS))
                .isInstanceOf(TimeoutException.class);
        long used = driver().use(handle).orElseThrow().cpuMicros() - before;
        long passed = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
        // A tenth of a processor, with room for how coarsely the kernel counts.
        assertThat(used).isLessThan(passed / 4);
    }

    @Test
    void limitsThatCannotBeEnforcedAreRefused() throws Exception {
        for (String limit : List.of("memory", "cpu")) {
            if (!driver().probe().limits().contains(limit)) {
                TaskSpec task = task(
                        shell("true"), 0, limit.equals("memory") ? 32L << 20 : null, limit.equals("cpu") ? 100L : null);
                assertThatThrownBy(() -> start(task))
                        .isInstanceOf(RuntimeFailure.class)
                        .hasMessageContaining("limits." + limit);
            }
        }
    }

    @Test
    void startingTheSameAttemptAgainGivesTheSameTask() throws Exception {
        TaskHandle first = start("echo once; sleep 1000");
        TaskState before = driver().recover(first);
        reopen();
        TaskHandle second = start("echo once; sleep 1000");
        assertThat(second).isEqualTo(first);
        assertThat(driver().recover(second)).isEqualTo(before);
    }

    @Test
    void attemptsAreTasksOfTheirOwn() throws Exception {
        TaskHandle first = start(task(shell("echo one"), 0, null, null));
        exit(first);
        TaskHandle second = start(task(shell("echo two"), 1, null, null));
        exit(second);
        assertThat(log(first, -1)).isEqualTo("one\n");
        assertThat(log(second, -1)).isEqualTo("two\n");
        assertThat(driver().tasks()).contains(first, second);
    }

    @Test
    void removingLeavesNothing() throws Exception {
        TaskHandle handle = start("exit 0");
        exit(handle);
        driver().remove(handle);
        driver().remove(handle);
        assertThat(driver().tasks()).doesNotContain(handle);
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Lost.class);
    }

    @Test
    void whatRunsCannotBeRemoved() throws Exception {
        TaskHandle handle = start("sleep 1000");
        assertThatThrownBy(() -> driver().remove(handle)).isInstanceOf(RuntimeFailure.class);
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Running.class);
    }

    @Test
    void tasksOutliveTheirStarter() throws Exception {
        TaskHandle runs = startInKilledProcess("echo alive; sleep 1000", 0);
        TaskHandle ends = startInKilledProcess("sleep 1; exit 9", 1);
        started.add(runs);
        started.add(ends);
        assertThat(driver().tasks()).contains(runs, ends);
        assertThat(driver().recover(runs)).isInstanceOf(TaskState.Running.class);
        assertThat(exit(ends).exitCode()).isEqualTo(code(9));
        assertThat(log(runs, -1)).isEqualTo("alive\n");
        driver().stop(runs, Duration.ofSeconds(1));
        assertThat(exit(runs).exitCode()).isBetween(137, 143);
    }

    /** Starts a task from another Java process and kills that with SIGKILL at once. */
    private TaskHandle startInKilledProcess(String script, int attempt) throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DriverStarter.class.getName(),
                        getClass().getName(),
                        directory.toString(),
                        uid,
                        Integer.toString(attempt),
                        script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader reader = other.inputReader()) {
            String[] words = java.util.Objects.requireNonNull(reader.readLine(), "no handle")
                    .split(" ", 2);
            assertThat(words[0]).isEqualTo("handle");
            other.destroyForcibly().waitFor();
            return new TaskHandle(uid, shell(script).name(), attempt, words[1]);
        }
    }

    TaskSpec otherTask(Path place, String otherUid, int attempt, String script) throws Exception {
        return task(place, otherUid, shell(script), attempt, Map.of(), null, null);
    }
}

package org.kochab.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Container;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;
import org.kochab.testkit.process.TestProcess;

/** What agents rely on in every runtime driver. Tasks are real. A subclass needs a constructor without parameters. */
public abstract class RuntimeDriverContractTest {
    private static final long SECONDS = 30;
    private static final long SLOW_SECONDS = 3;
    private static final Path DEVICE = Path.of("/dev/fuse");

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

    /** A container that does a chore; for most drivers one that runs {@code sh -c} with {@link Chore#script}. */
    public abstract Container container(Chore chore);

    /** A container whose command does not exist. */
    public abstract Container unknownCommand();

    /** What tasks of this driver can do. */
    public Abilities abilities() {
        return Abilities.OF_PROCESSES;
    }

    private void programsOnly() {
        Assumptions.assumeFalse(abilities().machine(), "a machine has no such thing");
    }

    private int code(int wanted) {
        return abilities().machine() ? Math.min(wanted, 1) : wanted;
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
        return task(directory, uid, container, attempt, memory, cpu);
    }

    private static TaskSpec task(
            Path place, String ofUid, Container container, int attempt, @Nullable Long memory, @Nullable Long cpu)
            throws Exception {
        return new TaskSpec(
                ofUid,
                "acme",
                "default",
                "contract",
                attempt,
                container,
                Map.of("GREETING", "it's me"),
                List.of(),
                Files.createDirectories(place.resolve("tasks").resolve(ofUid + "-" + attempt)),
                memory,
                cpu,
                false,
                "contract",
                List.of(),
                null);
    }

    private TaskHandle start(Chore chore) throws Exception {
        return start(task(container(chore), 0, null, null));
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

    @Test
    void theProbeIsGood() {
        assertThat(driver().probe())
                .satisfies(p -> assertThat(p.ok()).as(p.reason()).isTrue());
    }

    @Test
    void exitCodesAreKept() throws Exception {
        TaskHandle handle = start(Chore.EXIT_42);
        assertThat(exit(handle).exitCode()).isEqualTo(code(42));
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Ended.class);
        reopen();
        assertThat(driver().recover(handle)).isInstanceOfSatisfying(TaskState.Ended.class, e -> assertThat(
                        e.exit().exitCode())
                .isEqualTo(code(42)));
        assertThat(exit(handle).exitCode()).isEqualTo(code(42));
    }

    @Test
    void crashesAreTold() throws Exception {
        programsOnly();
        TaskHandle handle = start(Chore.CRASH);
        TaskExit exit = exit(handle);
        assertThat(exit.exitCode()).isEqualTo(abilities().crashCode());
        assertThat(exit.signal()).isEqualTo(Math.max(0, abilities().crashCode() - 128));
        assertThat(exit.outOfMemory()).isFalse();
    }

    @Test
    void environmentAndOutput() throws Exception {
        programsOnly();
        TaskHandle handle = start(Chore.SPEAK);
        exit(handle);
        // Two streams are two pipes: only within one of them is there an order.
        assertThat(log(handle, -1)).contains("two\n").containsSubsequence("it's me\n", "three\n");
        assertThat(log(handle, 1)).isIn("two\n", "three\n");
        assertThat(log(handle, 0)).isEmpty();
    }

    @Test
    void logsFollowUntilTheEnd() throws Exception {
        TaskHandle handle = start(Chore.FIRST_AND_LAST);
        Output output = new Output();
        driver().logs(handle, -1, true, output, () -> false);
        assertThat(output.text()).isEqualTo("first\nlast\n");
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Ended.class);
    }

    @Test
    void followingStopsWhenNobodyListens() throws Exception {
        TaskHandle handle = start(Chore.STAY);
        Output output = new Output();
        driver().logs(handle, -1, true, output, () -> output.something.getCount() == 0);
        // A line may come in pieces.
        assertThat(output.text()).isNotEmpty();
        assertThat("here\n").startsWith(output.text());
    }

    @Test
    void whatIsAskedToEndMayEndByItself() throws Exception {
        Assumptions.assumeTrue(abilities().hearStop(), "its tasks cannot be asked");
        TaskHandle handle = start(Chore.HEED);
        ready(handle);
        driver().stop(handle, Duration.ofSeconds(20));
        assertThat(exit(handle).exitCode()).isEqualTo(code(3));
        assertThat(log(handle, 1)).isEqualTo("bye\n");
    }

    @Test
    void whatDoesNotEndIsKilled() throws Exception {
        TaskHandle handle = start(Chore.IGNORE);
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
        Assumptions.assumeTrue(abilities().execute(), "it cannot run commands");
        TaskHandle handle = start(Chore.STAY);
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

    /** A slow link holds up whoever passes on what a command writes: then it has not ended yet. */
    @Test
    void aCommandHasEndedWhenItsOutputIsTaken() throws Exception {
        Assumptions.assumeTrue(abilities().execute(), "it cannot run commands");
        TaskHandle handle = start(Chore.STAY);
        Output output = new Output();
        CountDownLatch ended = new CountDownLatch(1);
        AtomicBoolean early = new AtomicBoolean();
        int code = driver().exec(
                        handle,
                        List.of("sh", "-c", "echo slow; exit 4"),
                        Duration.ofSeconds(SECONDS),
                        (error, bytes, offset, length) -> {
                            if (isOver(ended)) {
                                early.set(true);
                            }
                            output.output(error, bytes, offset, length);
                        },
                        () -> false);
        ended.countDown();
        assertThat(code).isEqualTo(4);
        assertThat(output.text()).isEqualTo("slow\n");
        assertThat(early).isFalse();
    }

    /** Waits a little. */
    private static boolean isOver(CountDownLatch latch) {
        try {
            return latch.await(SLOW_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A driver whose commands have no input says so. */
    private int exec(TaskHandle handle, String script, InputStream input, Output output) {
        try {
            return driver().exec(
                            handle,
                            List.of("sh", "-c", script),
                            input,
                            Duration.ofSeconds(SECONDS),
                            output,
                            () -> false);
        } catch (RuntimeFailure f) {
            assertThat(f.code()).isEqualTo(RuntimeFailure.Code.INVALID);
            assertThat(f).hasMessageContaining("input");
            return Assumptions.abort("its commands have no input");
        }
    }

    @Test
    void commandsReadTheirInputToItsEnd() throws Exception {
        Assumptions.assumeTrue(abilities().execute(), "it cannot run commands");
        TaskHandle handle = start(Chore.STAY);
        Output echo = new Output();
        InputStream words = new ByteArrayInputStream("some words\n".getBytes(StandardCharsets.UTF_8));
        assertThat(exec(handle, "cat", words, echo)).isZero();
        assertThat(echo.text()).isEqualTo("some words\n");

        Output count = new Output();
        InputStream much = new ByteArrayInputStream(new byte[3_000_000]);
        assertThat(exec(handle, "wc -c; exit 4", much, count)).isEqualTo(4);
        assertThat(count.text().strip()).isEqualTo("3000000");

        Output nothing = new Output();
        assertThat(exec(handle, "cat; exit 5", InputStream.nullInputStream(), nothing))
                .isEqualTo(5);
        assertThat(nothing.text()).isEmpty();
    }

    @Test
    void aCommandThatDoesNotReadHoldsUpItsInput() throws Exception {
        Assumptions.assumeTrue(abilities().execute(), "it cannot run commands");
        TaskHandle handle = start(Chore.STAY);
        AtomicLong read = new AtomicLong();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                read.incrementAndGet();
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                read.addAndGet(length);
                return length;
            }
        };
        assertThat(exec(handle, "sleep 1; exit 6", endless, new Output())).isEqualTo(6);
        assertThat(read.get()).isPositive().isLessThan(1 << 20);
    }

    @Test
    void commandsAreBounded() throws Exception {
        Assumptions.assumeTrue(abilities().execute(), "it cannot run commands");
        TaskHandle handle = start(Chore.STAY);
        long begin = System.nanoTime();
        int code = driver().exec(handle, List.of("sleep", "1000"), Duration.ofMillis(500), new Output(), () -> false);
        assertThat(code).isNotZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(SECONDS));
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Running.class);
    }

    @Test
    void commandsThatCannotBeRunAreRefused() throws Exception {
        Assumptions.assumeFalse(abilities().execute(), "it can run commands");
        TaskHandle handle = start(Chore.STAY);
        assertThatThrownBy(
                        () -> driver().exec(handle, List.of("true"), Duration.ofSeconds(1), new Output(), () -> false))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("exec");
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
        TaskHandle handle = start(task(container(Chore.DEVOUR), 0, 32L << 20, null));
        TaskExit exit = exit(handle);
        assertThat(exit.exitCode()).isEqualTo(abilities().endForMemory() ? 137 : 9);
        assertThat(exit.outOfMemory()).isEqualTo(abilities().endForMemory());
    }

    @Test
    void processorLimitsAreEnforced() throws Exception {
        Assumptions.assumeTrue(driver().probe().limits().contains("cpu"), "this machine cannot limit processors");
        TaskHandle handle = start(task(container(Chore.COMPUTE), 0, null, 100L));
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
    void limitsChangeWhileTheTaskRuns() throws Exception {
        Assumptions.assumeTrue(abilities().resize() && abilities().execute(), "it cannot change limits");
        Assumptions.assumeTrue(
                driver().probe().limits().containsAll(List.of("cpu", "memory")), "this machine cannot limit");
        TaskHandle handle = start(task(container(Chore.STAY), 0, 256L << 20, 4_000L));
        ready(handle);
        assertThat(devours100Mi(handle)).isZero();
        TaskState before = driver().recover(handle);
        if (abilities().outliveAgent()) {
            reopen();
        }
        TaskSpec smaller = task(container(Chore.STAY), 0, 48L << 20, 50L);
        assertThat(driver().update(handle, smaller)).isTrue();
        assertThat(driver().update(handle, smaller)).isTrue();
        assertThat(devours100Mi(handle)).isNotZero();
        assertThat(driver().recover(handle)).isEqualTo(before);
        assertThat(driver().update(handle, task(container(Chore.STAY), 0, 512L << 20, 4_000L)))
                .isTrue();
        assertThat(devours100Mi(handle)).isZero();
        assertThat(driver().recover(handle)).isEqualTo(before);
    }

    /** @return 0 if there was memory for it */
    private int devours100Mi(TaskHandle handle) {
        List<String> command = List.of("sh", "-c", "dd if=/dev/zero of=/dev/null bs=100M count=1");
        return driver().exec(handle, command, Duration.ofSeconds(SECONDS), new Output(), () -> false);
    }

    @Test
    void limitsThatCannotChangeWhileTheTaskRunsAreLeftToARestart() throws Exception {
        Assumptions.assumeFalse(abilities().resize(), "it can change limits");
        TaskHandle handle = start(Chore.STAY);
        TaskState before = driver().recover(handle);
        assertThat(driver().update(handle, task(container(Chore.STAY), 0, 300L << 20, null)))
                .isFalse();
        assertThat(driver().recover(handle)).isEqualTo(before);
    }

    @Test
    void limitsThatCannotBeEnforcedAreRefused() throws Exception {
        for (String limit : List.of("memory", "cpu")) {
            if (!driver().probe().limits().contains(limit)) {
                TaskSpec task = task(
                        container(Chore.NOTHING),
                        0,
                        limit.equals("memory") ? 32L << 20 : null,
                        limit.equals("cpu") ? 100L : null);
                assertThatThrownBy(() -> start(task))
                        .isInstanceOf(RuntimeFailure.class)
                        .hasMessageContaining("limits." + limit);
            }
        }
    }

    /** A task with a device that containers do not have by themselves. */
    private TaskSpec taskWithDevice() throws Exception {
        TaskSpec task = task(container(Chore.STAY), 0, null, null);
        return new TaskSpec(
                task.podUid(),
                task.tenant(),
                task.namespace(),
                task.podName(),
                task.attempt(),
                task.container(),
                task.environment(),
                task.mounts(),
                task.directory(),
                null,
                null,
                false,
                task.hostname(),
                List.of(),
                null,
                null,
                List.of(new TaskSpec.Devices(
                        "vendor.com/thing",
                        List.of("thing-0"),
                        List.of(new DeviceAccess.Node(DEVICE, DEVICE.toString(), "rw")))));
    }

    @Test
    void devicesCanBeUsed() throws Exception {
        Assumptions.assumeTrue(abilities().useDevices() && abilities().execute(), "it has no devices");
        Assumptions.assumeTrue(Files.isWritable(DEVICE), "this machine has no " + DEVICE);
        TaskHandle handle = start(taskWithDevice());
        Output output = new Output();
        int code = driver().exec(
                        handle, List.of("sh", "-c", "exec 3<>" + DEVICE), Duration.ofSeconds(20), output, () -> false);
        assertThat(code).as(output.text()).isZero();
    }

    @Test
    void devicesThatCannotBeGivenAreRefused() throws Exception {
        Assumptions.assumeFalse(abilities().useDevices(), "it has devices");
        TaskSpec task = taskWithDevice();
        assertThatThrownBy(() -> start(task))
                .hasMessageContaining("vendor.com/thing")
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(RuntimeFailure.Code.INVALID));
        assertThat(driver().tasks()).noneMatch(h -> h.podUid().equals(uid));
    }

    @Test
    void startingTheSameAttemptAgainGivesTheSameTask() throws Exception {
        TaskHandle first = start(Chore.STAY);
        TaskState before = driver().recover(first);
        if (abilities().outliveAgent()) {
            reopen();
        }
        TaskHandle second = start(Chore.STAY);
        assertThat(second).isEqualTo(first);
        assertThat(driver().recover(second)).isEqualTo(before);
    }

    @Test
    void attemptsAreTasksOfTheirOwn() throws Exception {
        TaskHandle first = start(task(container(Chore.ONE), 0, null, null));
        exit(first);
        TaskHandle second = start(task(container(Chore.TWO), 1, null, null));
        exit(second);
        assertThat(log(first, -1)).isEqualTo("one\n");
        assertThat(log(second, -1)).isEqualTo("two\n");
        assertThat(driver().tasks()).contains(first, second);
    }

    @Test
    void removingLeavesNothing() throws Exception {
        TaskHandle handle = start(Chore.NOTHING);
        exit(handle);
        driver().remove(handle);
        driver().remove(handle);
        assertThat(driver().tasks()).doesNotContain(handle);
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Lost.class);
    }

    @Test
    void whatRunsCannotBeRemoved() throws Exception {
        TaskHandle handle = start(Chore.STAY);
        assertThatThrownBy(() -> driver().remove(handle)).isInstanceOf(RuntimeFailure.class);
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Running.class);
    }

    @Test
    void tasksOutliveTheirStarter() throws Exception {
        Assumptions.assumeTrue(abilities().outliveAgent(), "its tasks end with it");
        TaskHandle runs = startInKilledProcess(Chore.STAY, 0);
        TaskHandle ends = startInKilledProcess(Chore.EXIT_LATE, 1);
        started.add(runs);
        started.add(ends);
        assertThat(driver().tasks()).contains(runs, ends);
        assertThat(driver().recover(runs)).isInstanceOf(TaskState.Running.class);
        assertThat(exit(ends).exitCode()).isEqualTo(code(9));
        Output output = new Output();
        driver().logs(runs, -1, true, output, () -> output.text().endsWith("\n"));
        assertThat(output.text()).isEqualTo("here\n");
        driver().stop(runs, Duration.ofSeconds(1));
        assertThat(exit(runs).exitCode()).isBetween(137, 143);
    }

    @Test
    void tasksThatDoNotOutliveTheirStarterAreLost() throws Exception {
        Assumptions.assumeFalse(abilities().outliveAgent(), "its tasks go on");
        lostAndStartedAgain(startInKilledProcess(Chore.STAY, 0));
        TaskHandle second = start(task(container(Chore.STAY), 1, null, null));
        reopen();
        lostAndStartedAgain(second);
    }

    private void lostAndStartedAgain(TaskHandle handle) throws Exception {
        assertThat(driver().recover(handle))
                .isInstanceOfSatisfying(
                        TaskState.Lost.class, lost -> assertThat(lost.reason()).isNotBlank());
        assertThat(driver().exit(handle).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(SECONDS));
        assertThat(start(task(container(Chore.STAY), handle.attempt(), null, null)))
                .extracting(TaskHandle::podUid, TaskHandle::attempt)
                .containsExactly(uid, handle.attempt());
        assertThat(driver().recover(handle)).isInstanceOf(TaskState.Running.class);
    }

    /** Starts a task from another Java process and kills that with SIGKILL at once. */
    private TaskHandle startInKilledProcess(Chore chore, int attempt) throws Exception {
        // A driver may make bytecode of its own, which is checked here as anywhere.
        List<String> command = TestProcess.java(List.of("-XX:+BytecodeVerificationRemote"));
        command.addAll(List.of(DriverStarter.class.getName(), getClass().getName(), directory.toString()));
        command.addAll(List.of(uid, Integer.toString(attempt), chore.name()));
        Process other = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader reader = other.inputReader()) {
            String[] words = java.util.Objects.requireNonNull(reader.readLine(), "no handle")
                    .split(" ", 2);
            assertThat(words[0]).isEqualTo("handle");
            other.destroyForcibly().waitFor();
            return new TaskHandle(uid, container(chore).name(), attempt, words[1]);
        }
    }

    TaskSpec otherTask(Path place, String otherUid, int attempt, Chore chore) throws Exception {
        return task(place, otherUid, container(chore), attempt, null, null);
    }
}

package org.kochab.runtime.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.model.PodFunction;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.CallResult.Exited;
import org.kochab.spi.runtime.CallResult.Failed;
import org.kochab.spi.runtime.CallResult.Reason;
import org.kochab.spi.runtime.FunctionDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;

/** What a call of a function gets, and what it cannot do to others. */
final class FunctionTest {
    private static final long MEMORY = 1 << 20;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String HERE = "(call $say (i32.const 2) (i32.const 1024) (i32.const 5))";
    private static final String FOREVER = "(loop $again (br $again))";
    private static final String ECHO = "(local $n i32) (block $end (loop $more"
            + "(i32.store (i32.const 0) (i32.const 4096)) (i32.store (i32.const 4) (i32.const 4096))"
            + "(br_if $end (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))"
            + "(local.set $n (i32.load (i32.const 8)))"
            + "(br_if $end (i32.eqz (local.get $n)))"
            + "(call $say (i32.const 1) (i32.const 4096) (local.get $n))"
            + "(br $more)))";

    /** Says {@code here} as an error, and then waits for ever if its input begins with a w. */
    private static final String MAY_WAIT = HERE
            + "(i32.store (i32.const 0) (i32.const 4096)) (i32.store (i32.const 4) (i32.const 1))"
            + "(drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))"
            + "(if (i32.eq (i32.load8_u (i32.const 4096)) (i32.const 119)) (then " + FOREVER + "))";

    @TempDir
    Path directory;

    private Fixture fixture;
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @BeforeEach
    void open() throws IOException {
        fixture = new Fixture(directory, settings());
    }

    private Settings settings() {
        return new Settings(directory.resolve("state"), 16 << 20, 4 << 20, 16, 1 << 20, 64 * 1024, false);
    }

    @AfterEach
    void close() {
        callers.shutdownNow();
        fixture.close();
    }

    private PodFunction function(byte[] module, int warm, int concurrency, int timeout, int idle) {
        return new PodFunction(
                "main", fixture.module(module), List.of(), List.of(), null, warm, concurrency, timeout, idle);
    }

    private TaskHandle start(String body, int warm, int concurrency) {
        return fixture.start(fixture.function(function(Modules.command(body), warm, concurrency, 20, 600), MEMORY));
    }

    private CallResult call(TaskHandle handle, String input) {
        return fixture.driver.call(handle, input.getBytes(StandardCharsets.UTF_8), LONG, () -> false);
    }

    private String answer(TaskHandle handle, String input) {
        Exited exited = (Exited) call(handle, input);
        assertThat(exited.exitCode()).isZero();
        return new String(exited.output(), StandardCharsets.UTF_8);
    }

    private static void failed(CallResult result, Reason reason, String words) {
        assertThat(result).isInstanceOfSatisfying(Failed.class, f -> {
            assertThat(f.reason()).as(f.message()).isEqualTo(reason);
            assertThat(f.message()).contains(words);
        });
    }

    /** Calls that go on until the signal, and really run. */
    private List<Future<CallResult>> occupy(TaskHandle handle, int calls, AtomicBoolean stop) {
        List<Future<CallResult>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(callers.submit(() -> fixture.driver.call(handle, new byte[] {'w'}, LONG, stop::get)));
        }
        awaitLog(handle, "here\n", calls);
        return all;
    }

    private void awaitLog(TaskHandle handle, String what, int times) {
        StringBuffer text = new StringBuffer();
        CountDownLatch seen = new CountDownLatch(1);
        fixture.driver.logs(
                handle,
                -1,
                true,
                (error, bytes, offset, length) -> {
                    text.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
                    if (text.toString().split(what, -1).length > times) {
                        seen.countDown();
                    }
                },
                () -> seen.getCount() == 0);
        assertThat(seen.getCount()).as(text.toString()).isZero();
    }

    @Test
    void theAnswerIsTheOutputAndErrorsAreTheLog() {
        TaskHandle handle = start(ECHO + HERE, 1, 2);

        assertThat(answer(handle, "hello")).isEqualTo("hello");
        assertThat(answer(handle, "")).isEmpty();
        byte[] much = new byte[FunctionDriver.MOST_INPUT];
        Arrays.fill(much, (byte) 'x');
        assertThat(fixture.driver.call(handle, much, LONG, () -> false))
                .isInstanceOfSatisfying(
                        Exited.class, e -> assertThat(e.output()).isEqualTo(much));
        assertThat(fixture.log(handle, -1)).isEqualTo("here\nhere\nhere\n");
        assertThat(fixture.driver.recover(handle)).isInstanceOf(TaskState.Running.class);
    }

    @Test
    void aCodeOtherThanZeroComesWithTheOutput() {
        TaskHandle handle =
                start("(call $say (i32.const 1) (i32.const 1024) (i32.const 5)) (call $exit (i32.const 3))", 1, 1);
        assertThat(call(handle, "")).isInstanceOfSatisfying(Exited.class, e -> {
            assertThat(e.exitCode()).isEqualTo(3);
            assertThat(e.output()).asString().isEqualTo("here\n");
        });
    }

    @Test
    void aCallSeesNothingOfAnother() {
        TaskHandle handle = fixture.start(fixture.function(
                function(
                        Modules.bytes(
                                """
                (module
                  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
                  (memory (export "memory") 1 8)
                  (global $calls (mut i32) (i32.const 0))
                  (table $t 1 16 funcref)
                  (func (export "_start")
                    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
                    (i32.store8 (i32.const 100) (i32.add (i32.const 48) (global.get $calls)))
                    (i32.store8 (i32.const 200) (i32.add (i32.load8_u (i32.const 200)) (i32.const 1)))
                    (i32.store8 (i32.const 101) (i32.add (i32.const 48) (i32.load8_u (i32.const 200))))
                    (i32.store8 (i32.const 102) (i32.add (i32.const 48) (memory.grow (i32.const 1))))
                    (i32.store8 (i32.const 103) (i32.add (i32.const 48) (table.grow $t (ref.null func) (i32.const 1))))
                    (i32.store (i32.const 0) (i32.const 100))
                    (i32.store (i32.const 4) (i32.const 4))
                    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
                """),
                        1,
                        1,
                        20,
                        600),
                MEMORY));
        for (int i = 0; i < 20; i++) {
            assertThat(answer(handle, "")).isEqualTo("1111");
        }
    }

    @Test
    void callsThatRunSideBySideGetTheirOwnAnswers() throws Exception {
        TaskHandle handle = start(ECHO, 2, 4);
        List<Future<Integer>> all = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            String name = "caller " + caller + " call ";
            all.add(callers.submit(() -> {
                for (int i = 0; i < 200; i++) {
                    assertThat(answer(handle, name + i)).isEqualTo(name + i);
                }
                return 200;
            }));
        }
        for (Future<Integer> f : all) {
            assertThat(f.get(60, TimeUnit.SECONDS)).isEqualTo(200);
        }
    }

    @Test
    void aCallWithoutEndIsEndedWhenItsTimeIsOver() {
        TaskHandle brief = fixture.start(fixture.function(function(Modules.command(MAY_WAIT), 1, 1, 1, 600), MEMORY));
        long began = System.nanoTime();
        failed(call(brief, "w"), Reason.TIMED_OUT, "timed out");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofSeconds(1), LONG);
        TaskHandle handle = start(MAY_WAIT, 1, 1);
        assertThat(fixture.driver.call(handle, new byte[] {'w'}, Duration.ofMillis(10), () -> false))
                .isInstanceOfSatisfying(
                        Failed.class, f -> assertThat(f.reason()).isEqualTo(Reason.TIMED_OUT));
        assertThat(answer(handle, "")).isEmpty();
    }

    @Test
    void faultsAreToldApartAndEndNothingElse() {
        String hog = "(loop $more (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))) (unreachable)";
        TaskHandle hungry = start(hog, 1, 2);
        failed(call(hungry, ""), Reason.OUT_OF_MEMORY, "out of memory: a call may have 512 KiB");
        TaskHandle wrong = start("(drop (i32.load (i32.const 0x7ffffff0)))", 1, 1);
        failed(call(wrong, ""), Reason.TRAPPED, "trap: out of bounds");
        TaskHandle deep = start("(call $recurse)", 0, 1);
        failed(call(deep, ""), Reason.TRAPPED, "call stack exhausted");
        TaskHandle loud =
                start("(loop $more (call $say (i32.const 1) (i32.const 0) (i32.const 65536)) (br $more))", 0, 1);
        failed(call(loud, ""), Reason.OUTPUT_TOO_LONG, "at most 256 KiB");

        for (TaskHandle handle : List.of(hungry, wrong, deep, loud)) {
            assertThat(fixture.driver.recover(handle)).isInstanceOf(TaskState.Running.class);
            assertThat(call(handle, "")).isInstanceOf(Failed.class);
            assertThat(fixture.log(handle, 1)).startsWith("kochab: a call failed: ");
        }
    }

    @Test
    void memoryIsSharedOutAmongTheCallsThatMayRun() {
        TaskHandle handle = start(
                "(loop $more (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0))))"
                        + "(call $exit (memory.size))",
                1,
                2);
        assertThat(call(handle, "")).isInstanceOfSatisfying(Exited.class, e -> assertThat(e.exitCode())
                .isEqualTo(8));
        PodFunction greedy = function(Modules.command(ECHO), 0, 8, 20, 600);
        fixture.start(fixture.function(greedy, 12 << 20));
        assertThatThrownBy(() -> fixture.start(fixture.function(greedy, 12 << 20)))
                .hasMessageContaining("modules may run in this agent already");
        assertThatThrownBy(
                        () -> fixture.start(fixture.function(function(Modules.command(ECHO), 0, 4, 20, 600), 12 << 20)))
                .hasMessageContaining("are free in this agent");
    }

    @Test
    void moreCallsThanMayRunWaitAndMoreThanMayWaitAreRefused() throws Exception {
        TaskHandle handle = start(MAY_WAIT, 1, 2);
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<CallResult>> running = occupy(handle, 2, stop);
        failed(
                fixture.driver.call(handle, new byte[0], Duration.ofMillis(50), () -> false),
                Reason.TIMED_OUT,
                "waited for an instance");
        CountDownLatch asked = new CountDownLatch(2);
        List<Future<CallResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            waiting.add(callers.submit(() -> fixture.driver.call(handle, new byte[0], LONG, () -> {
                asked.countDown();
                return false;
            })));
        }
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        failed(call(handle, ""), Reason.BUSY, "busy: 2 calls run and as many wait");

        stop.set(true);
        for (Future<CallResult> f : running) {
            failed(f.get(20, TimeUnit.SECONDS), Reason.STOPPED, "stopped");
        }
        for (Future<CallResult> f : waiting) {
            assertThat(f.get(20, TimeUnit.SECONDS)).isInstanceOf(Exited.class);
        }
    }

    @Test
    void afterAnIdleTimeNoInstanceIsReadyUntilTheNextCall() {
        TaskHandle handle = fixture.start(fixture.function(function(Modules.command(ECHO), 2, 4, 20, 4), MEMORY));
        assertThat(answer(handle, "one")).isEqualTo("one");

        awaitLog(handle, "no instance is ready any more; 1 calls so far, 0 failed, 0 found no instance ready", 1);
        long idle = use(handle);
        assertThat(fixture.driver.recover(handle)).isInstanceOf(TaskState.Running.class);
        long end = System.nanoTime() + LONG.toNanos();
        do {
            assertThat(answer(handle, "two")).isEqualTo("two");
        } while (use(handle) <= idle && System.nanoTime() - end < 0);
        assertThat(use(handle)).isGreaterThan(idle);
        fixture.stop(handle);
        assertThat(fixture.log(handle, 1))
                .matches("kochab: stopped; \\d+ calls so far, 0 failed, [1-9]\\d* found no instance ready\n");
    }

    private long use(TaskHandle handle) {
        return fixture.driver.use(handle).orElseThrow().memoryBytes();
    }

    @Test
    void withNoneKeptReadyEachCallGetsAnInstanceOfItsOwn() {
        TaskHandle handle = start(ECHO, 0, 1);
        for (int i = 0; i < 10; i++) {
            assertThat(answer(handle, "call " + i)).isEqualTo("call " + i);
        }
    }

    @Test
    void aStopLetsCallsEndInTheirGrace() throws Exception {
        TaskHandle handle = start(MAY_WAIT, 1, 2);
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<CallResult>> running = occupy(handle, 2, stop);
        Future<?> stopping = callers.submit(() -> fixture.driver.stop(handle, LONG));
        CompletableFuture<TaskExit> exit = fixture.driver.exit(handle).toCompletableFuture();
        awaitRefusal(handle);
        assertThat(exit).isNotDone();
        stop.set(true);
        stopping.get(20, TimeUnit.SECONDS);
        for (Future<CallResult> f : running) {
            failed(f.get(20, TimeUnit.SECONDS), Reason.STOPPED, "stopped");
        }
        assertThat(exit.get(20, TimeUnit.SECONDS).exitCode()).isZero();
        assertThat(fixture.driver.recover(handle)).isInstanceOf(TaskState.Ended.class);
        fixture.driver.remove(handle);
    }

    /** Calls wait at most for the two that run; those that come when it is being stopped are refused. */
    private void awaitRefusal(TaskHandle handle) {
        for (int i = 0; i < 1_000; i++) {
            try {
                fixture.driver.call(handle, new byte[0], Duration.ofMillis(20), () -> false);
            } catch (RuntimeFailure e) {
                assertThat(e.code()).isEqualTo(RuntimeFailure.Code.TEMPORARY);
                return;
            }
        }
        throw new AssertionError("it is never stopped");
    }

    @Test
    void aStopEndsCallsThatGoOnAfterTheirGrace() throws Exception {
        TaskHandle handle = start(MAY_WAIT, 1, 1);
        List<Future<CallResult>> running = occupy(handle, 1, new AtomicBoolean());
        fixture.driver.stop(handle, Duration.ofMillis(20));
        failed(running.get(0).get(20, TimeUnit.SECONDS), Reason.STOPPED, "stopped");
        assertThat(fixture.exit(handle).exitCode()).isEqualTo(137);
    }

    @Test
    void afterTheAgentsRestartItIsLostAndCanBeStartedAgain() throws Exception {
        TaskSpec task = fixture.function(function(Modules.command(ECHO), 1, 2, 20, 600), MEMORY);
        TaskHandle handle = fixture.start(task);
        fixture.close();
        fixture = new Fixture(directory, settings());

        assertThat(fixture.driver.recover(handle)).isInstanceOf(TaskState.Lost.class);
        assertThatThrownBy(() -> call(handle, ""))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(RuntimeFailure.Code.TEMPORARY))
                .hasMessageContaining("does not run");
        fixture.driver.remove(handle);
        assertThat(answer(fixture.start(task), "again")).isEqualTo("again");
    }

    @Test
    void whatCannotBeAFunctionIsRefused() {
        byte[] eager = Modules.bytes("(module (memory 1) (func $f) (start $f) (func (export \"_start\")))");
        assertThatThrownBy(() -> fixture.start(fixture.function(function(eager, 1, 1, 20, 600), MEMORY)))
                .hasMessageContaining("start section");
        byte[] large = Modules.bytes(Modules.command(9, ""));
        assertThatThrownBy(() -> fixture.start(fixture.function(function(large, 1, 2, 20, 600), MEMORY)))
                .hasMessageContaining("512 KiB for each of the 2 calls");
        assertThatThrownBy(
                        () -> fixture.start(fixture.function(function(Modules.command(ECHO), 3, 2, 20, 600), MEMORY)))
                .hasMessageContaining("warm at most concurrency");
        assertThat(fixture.driver.tasks()).isEmpty();

        TaskHandle plain = fixture.start(HERE + FOREVER);
        assertThatThrownBy(() -> call(plain, "")).hasMessageContaining("has no function");
        TaskHandle handle = start(ECHO, 1, 1);
        assertThatThrownBy(
                        () -> fixture.driver.call(handle, new byte[FunctionDriver.MOST_INPUT + 1], LONG, () -> false))
                .hasMessageContaining("at most 131072");
    }
}

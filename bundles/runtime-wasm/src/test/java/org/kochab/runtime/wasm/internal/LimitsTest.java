package org.kochab.runtime.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;

/** What a module can take of the agent, and what it cannot. */
final class LimitsTest {
    private static final int LOG = 64 * 1024;
    private static final String SAY_HERE = "(call $say (i32.const 1) (i32.const 1024) (i32.const 5))";

    @TempDir
    Path directory;

    private Fixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new Fixture(
                directory, new Settings(directory.resolve("state"), 16 << 20, 4 << 20, 4, 1 << 20, LOG, false));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void awaitOutput(TaskHandle handle) {
        CountDownLatch something = new CountDownLatch(1);
        fixture.driver.logs(
                handle,
                -1,
                true,
                (error, bytes, offset, length) -> something.countDown(),
                () -> something.getCount() == 0);
    }

    private void refuses(TaskSpec task, RuntimeFailure.Code code, String what) {
        assertThatThrownBy(() -> fixture.start(task))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(code))
                .hasMessageContaining(what);
        assertThat(fixture.driver.tasks()).noneMatch(h -> h.podUid().equals(task.podUid()));
    }

    private TaskSpec task(byte[] module, Long memory) {
        return fixture.task(Modules.container(fixture.module(module), List.of()), memory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(loop $again (br $again))",
                "(loop $again (call $say (i32.const 1) (i32.const 1024) (i32.const 5)) (br $again))",
                "(loop $again (memory.fill (i32.const 4096) (i32.const 1) (i32.const 60000)) (br $again))",
                "(call $wait (i64.const 1000000000000))"
            })
    void whatNeverEndsIsStoppedWithoutGrace(String body) throws Exception {
        TaskHandle handle = fixture.start(SAY_HERE + body);
        awaitOutput(handle);
        assertThat(fixture.stop(handle)).isLessThan(Fixture.GRACE);
        assertThat(fixture.exit(handle).exitCode()).isEqualTo(137);
        assertThat(fixture.driver.recover(handle)).isInstanceOf(TaskState.Ended.class);
    }

    @Test
    void outputIsBounded() throws Exception {
        TaskHandle handle = fixture.start("(local $i i32) (loop $again" + SAY_HERE
                + "(local.set $i (i32.add (local.get $i) (i32.const 1)))"
                + "(br_if $again (i32.lt_u (local.get $i) (i32.const 40000))))"
                + "(call $say (i32.const 1) (i32.const 1120) (i32.const 5))");
        assertThat(fixture.exit(handle).exitCode()).isZero();
        long kept =
                Files.size(Path.of(handle.data(), "output.log")) + Files.size(Path.of(handle.data(), "output.log.1"));
        assertThat(kept).isBetween((long) LOG, 2L * LOG);
        assertThat(fixture.log(handle, 2)).isEqualTo("here\nlast\n");
        assertThat(fixture.log(handle, -1)).hasSize((int) kept).endsWith("here\nlast\n");
        assertThat(fixture.log(handle, 13_000)).hasSize(13_000 * 5);
    }

    @Test
    void trapsAreFailuresWithAReason() throws Exception {
        TaskHandle handle = fixture.start(SAY_HERE + "(drop (i32.load (i32.const 0x7ffffff0)))");
        assertThat(fixture.exit(handle))
                .extracting(TaskExit::exitCode, TaskExit::signal)
                .containsExactly(134, 6);
        assertThat(fixture.log(handle, -1)).startsWith("here\nkochab: the module was ended: out of bounds");
    }

    @Test
    void callsWithoutEndAreTrapped() throws Exception {
        TaskHandle handle = fixture.start("(call $recurse)");
        assertThat(fixture.exit(handle).exitCode()).isEqualTo(134);
        assertThat(fixture.log(handle, -1)).contains("call stack exhausted");
    }

    @Test
    void aModuleThatBeginsWithMoreThanItsLimitIsRefused() {
        byte[] module = Modules.bytes(Modules.command(33, ""));
        refuses(
                task(module, 2L << 20),
                RuntimeFailure.Code.INVALID,
                "resources.limits.memory: the module begins with 2112 KiB");
    }

    @Test
    void memoryIsSetAsideAndGivenBack() throws Exception {
        byte[] sleeper = Modules.command(SAY_HERE + "(call $wait (i64.const 1000000000000))");
        refuses(task(sleeper, 64L << 20), RuntimeFailure.Code.INVALID, "limits.memory");
        TaskHandle first = fixture.start(task(sleeper, 7L << 20));
        TaskHandle second = fixture.start(task(sleeper, 7L << 20));
        refuses(task(sleeper, 7L << 20), RuntimeFailure.Code.TEMPORARY, "are free");
        fixture.stop(first);
        TaskHandle third = fixture.start(task(sleeper, 7L << 20));
        assertThat(fixture.driver.recover(third)).isInstanceOf(TaskState.Running.class);
        awaitOutput(second);
        assertThat(fixture.driver.use(second).orElseThrow().memoryBytes()).isBetween(1L << 16, 1L << 20);
    }

    @Test
    void tasksAreBounded() {
        TaskSpec task = task(Modules.command("(call $wait (i64.const 1000000000000))"), 1L << 16);
        for (int i = 0; i < 4; i++) {
            fixture.start(fixture.task(task.container(), 1L << 16));
        }
        refuses(
                fixture.task(task.container(), 1L << 16),
                RuntimeFailure.Code.TEMPORARY,
                "4 instances of modules may run");
    }

    @Test
    void aReadOfGigabytesTakesNoMemory() throws Exception {
        Files.writeString(directory.resolve("file.txt"), "some text");
        fixture.mount(directory, "/data", true);
        int read = fixture.run("(drop (call $open (i32.const 1136) (i32.const 8) (i32.const 0) (i64.const 2)))"
                + "(i32.store (i32.const 0) (i32.const 4096)) (i32.store (i32.const 4) (i32.const 0x7fffffff))"
                + "(drop (call $fd_read (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 8)))"
                + "(if (i32.ne (i32.load (i32.const 4)) (i32.const 0x7fffffff)) (then (unreachable)))"
                + "(call $exit (i32.load (i32.const 8)))");
        assertThat(read).isEqualTo("some text".length());
    }

    @Test
    void whatIsHeavyBeyondItsSizeIsNotLoaded() {
        // 100 functions of seven bytes with 50,000 locals each. Sections: one type, 100 functions of it, their code.
        String code = "64" + "0601d086037f0b".repeat(100);
        byte[] module = HexFormat.of()
                .parseHex("0061736d01000000" + "010401600000" + "036564" + "00".repeat(100) + "0abd05" + code);
        refuses(task(module, null), RuntimeFailure.Code.INVALID, "loading it may take");
    }

    @Test
    void manyShortFunctionsAreWeighedAsWhatTheyBecome() {
        int count = 12_000;
        ByteArrayOutputStream module = new ByteArrayOutputStream();
        module.writeBytes(HexFormat.of().parseHex("0061736d01000000" + "010401600000"));
        section(module, 3, count, "00".repeat(count));
        section(module, 10, count, "02000b".repeat(count));
        assertThat(module.size() * 128L).isLessThan(16 << 20);
        refuses(task(module.toByteArray(), null), RuntimeFailure.Code.INVALID, "loading it may take");
    }

    private static void section(ByteArrayOutputStream module, int id, int count, String hex) {
        byte[] number = leb(count);
        byte[] content = HexFormat.of().parseHex(hex);
        module.write(id);
        module.writeBytes(leb(number.length + content.length));
        module.writeBytes(number);
        module.writeBytes(content);
    }

    @Test
    void deeplyNestedCodeIsRefused() {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        code.write(0);
        for (int i = 0; i < 30_000; i++) {
            code.writeBytes(new byte[] {0x02, 0x40});
        }
        for (int i = 0; i <= 30_000; i++) {
            code.write(0x0b);
        }
        ByteArrayOutputStream module = new ByteArrayOutputStream();
        module.writeBytes(HexFormat.of().parseHex("0061736d010000000104016000000302010007" + "0a01065f73746172740000"));
        byte[] size = leb(code.size());
        module.write(10);
        module.writeBytes(leb(1 + size.length + code.size()));
        module.write(1);
        module.writeBytes(size);
        module.writeBytes(code.toByteArray());
        TaskSpec task = task(module.toByteArray(), null);
        try {
            fixture.start(task);
        } catch (RuntimeFailure e) {
            assertThat(e.code()).isEqualTo(RuntimeFailure.Code.INVALID);
        }
    }

    private static byte[] leb(int value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int left = value;
        while (left > 0x7f) {
            out.write(left & 0x7f | 0x80);
            left >>>= 7;
        }
        out.write(left);
        return out.toByteArray();
    }
}

package org.kochab.runtime.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeFailure;

/** What a module sees of the node: nothing but its mounts, and those as they are given. Exit codes are WASI's error numbers. */
final class SandboxTest {
    private static final int EBADF = 8;
    private static final int ELOOP = 32;
    private static final int ENOTSUP = 58;
    private static final int EPERM = 63;
    private static final int EROFS = 69;
    private static final int READ = 2;
    private static final int WRITE = 64;

    @TempDir
    Path directory;

    private Path data;
    private Fixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new Fixture(directory, WasmDriverContractTest.settings(directory.resolve("state")));
        data = Files.createDirectories(directory.resolve("data"));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String open(int at, int length, int how, int rights) {
        return "(call $exit (call $open (i32.const %d) (i32.const %d) (i32.const %d) (i64.const %d)))"
                .formatted(at, length, how, rights);
    }

    private static final String UNLINK =
            "(call $exit (call $path_unlink_file (i32.const 3) (i32.const 1136) (i32.const 8)))";

    @Test
    void withoutMountsThereAreNoFiles() throws Exception {
        assertThat(fixture.run("(call $exit (call $fd_prestat_get (i32.const 3) (i32.const 0)))"))
                .isEqualTo(EBADF);
        assertThat(fixture.run(open(1168, 11, 0, READ))).isEqualTo(EBADF);
    }

    @Test
    void whatIsMountedIsReadAndWritten() throws Exception {
        fixture.mount(data, "/data", false);
        assertThat(fixture.run(open(1136, 8, 1, READ | WRITE))).isZero();
        assertThat(data.resolve("file.txt")).exists();
        assertThat(fixture.run(UNLINK)).isZero();
        assertThat(data.resolve("file.txt")).doesNotExist();
    }

    @Test
    void whatIsReadOnlyIsNotWritten() throws Exception {
        Files.writeString(data.resolve("file.txt"), "text");
        fixture.mount(data, "/data", true);
        assertThat(fixture.run(open(1136, 8, 0, READ))).isZero();
        assertThat(fixture.run(open(1136, 8, 0, WRITE))).isEqualTo(EROFS);
        assertThat(fixture.run(open(1136, 8, 8, READ))).isEqualTo(EROFS);
        assertThat(fixture.run(open(1120, 4, 1, READ))).isEqualTo(EROFS);
        assertThat(fixture.run(UNLINK)).isEqualTo(EROFS);
        assertThat(data.resolve("file.txt")).hasContent("text");
    }

    @Test
    void nothingLeadsOutOfAMount() throws Exception {
        fixture.mount(data, "/data", false);
        Files.createSymbolicLink(data.resolve("link"), Path.of("/etc"));
        Files.createSymbolicLink(data.resolve("file.txt"), Path.of("/etc/passwd"));
        assertThat(fixture.run(open(1152, 11, 0, READ)))
                .as("a directory on the way")
                .isEqualTo(ELOOP);
        assertThat(fixture.run(open(1136, 8, 0, READ))).as("the file itself").isEqualTo(ELOOP);
        assertThat(fixture.run(open(1168, 11, 0, READ))).as("an absolute path").isEqualTo(EPERM);
        assertThat(fixture.run("(call $exit (call $path_symlink (i32.const 1168) (i32.const 11)"
                        + "(i32.const 3) (i32.const 1120) (i32.const 4)))"))
                .isEqualTo(ENOTSUP);
        Files.delete(data.resolve("link"));
        Files.delete(data.resolve("file.txt"));
    }

    @Test
    void aPipeHoldsNobody() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", data.resolve("file.txt").toString())
                        .start()
                        .waitFor())
                .isZero();
        fixture.mount(data, "/data", false);
        assertThat(fixture.run(open(1136, 8, 0, READ))).isEqualTo(2);
    }

    @Test
    void argumentsFollowTheModulesName() throws Exception {
        String count = "(drop (call $args_sizes_get (i32.const 0) (i32.const 4)))(call $exit (i32.load (i32.const 0)))";
        assertThat(fixture.run(count, "a", "b c")).isEqualTo(3);
        assertThat(fixture.run(count)).isEqualTo(1);
    }

    @Test
    void theWorkingDirectoryIsASecondNameForAMountedOne() throws Exception {
        Files.createDirectories(data.resolve("sub"));
        fixture.mount(data, "/data", true);
        String name = "(drop (call $fd_prestat_get (i32.const 4) (i32.const 0)))(call $exit (i32.load (i32.const 4)))";
        String module = fixture.module(Modules.command(name));
        assertThat(fixture.exit(fixture.start(fixture.task(within(module, "/data/sub"), null)))
                        .exitCode())
                .isEqualTo(1);
        assertThatThrownBy(() -> fixture.start(fixture.task(within(module, "/elsewhere"), null)))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("workingDir /elsewhere");
    }

    private static Container within(String image, String workingDir) {
        return Container.builder()
                .name("main")
                .image(image)
                .workingDir(workingDir)
                .build();
    }
}

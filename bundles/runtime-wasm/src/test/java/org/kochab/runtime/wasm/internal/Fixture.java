package org.kochab.runtime.wasm.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodFunction;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;

/** A driver with a place of its own, and short ways to run modules with it. */
final class Fixture implements AutoCloseable {
    static final Duration GRACE = Duration.ofSeconds(30);

    final Path directory;
    final WasmDriver driver;
    private final List<TaskSpec.Mount> mounts = new ArrayList<>();
    private int pods;

    Fixture(Path directory, Settings settings) throws IOException {
        this.directory = directory;
        driver = new WasmDriver(settings);
    }

    Fixture mount(Path source, String target, boolean readOnly) {
        mounts.add(new TaskSpec.Mount(source, target, readOnly));
        return this;
    }

    /** @return the module's path */
    String module(byte[] bytes) {
        return Modules.write(directory.resolve(ModuleFiles.digest(bytes) + ".wasm"), bytes)
                .toString();
    }

    TaskSpec task(Container container, @Nullable Long memory) {
        String uid = "pod-" + pods++;
        return new TaskSpec(
                uid,
                "acme",
                "default",
                uid,
                0,
                container,
                Map.of(),
                mounts,
                directory.resolve("tasks").resolve(uid),
                memory,
                null,
                false,
                null,
                List.of(),
                null);
    }

    /** @return one that shares its memory out among {@code f.concurrency()} calls */
    TaskSpec function(PodFunction f, long memory) {
        TaskSpec task = task(f.asContainer(), memory);
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
                task.memoryBytes(),
                null,
                false,
                null,
                List.of(),
                null,
                f,
                List.of());
    }

    TaskHandle start(TaskSpec task) {
        driver.prepare(task);
        return driver.start(task);
    }

    TaskHandle start(String body, String... args) {
        return start(task(Modules.container(module(Modules.command(body)), List.of(args)), null));
    }

    TaskExit exit(TaskHandle handle) throws Exception {
        return driver.exit(handle).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    int run(String body, String... args) throws Exception {
        return exit(start(body, args)).exitCode();
    }

    String log(TaskHandle handle, int tail) {
        StringBuffer text = new StringBuffer();
        driver.logs(
                handle,
                tail,
                false,
                (error, bytes, offset, length) ->
                        text.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                () -> false);
        return text.toString();
    }

    /** @return how long that took */
    Duration stop(TaskHandle handle) {
        long began = System.nanoTime();
        driver.stop(handle, GRACE);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Override
    public void close() {
        driver.close();
    }
}

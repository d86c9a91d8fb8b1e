package org.kochab.runtime.process.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.kochab.hosttasks.HostTasks;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeImage;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;
import org.kochab.spi.runtime.TaskUse;

/** Runs tasks as processes of the host. */
public final class ProcessDriver implements RuntimeDriver, AutoCloseable {
    private static final String KIND = "process";

    private final Settings settings;
    private final HostTasks tasks;

    /**
     * How the driver is set up.
     *
     * @param directory where it keeps which tasks there are and how they ended
     * @param cgroup name of the control group that tasks' groups are in
     * @param pids most processes and threads of one task
     * @param logBytes size at which a task's output goes on in a new file; two are kept
     */
    public record Settings(Path directory, String cgroup, long pids, long logBytes) {}

    /** @throws IOException if the directory cannot be used */
    public ProcessDriver(Settings settings) throws IOException {
        this.settings = settings;
        tasks = new HostTasks(new HostTasks.Settings(
                KIND, settings.directory(), settings.cgroup(), settings.pids(), settings.logBytes()));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public RuntimeProbe probe() {
        String missing = tasks.missing();
        return missing.isEmpty()
                ? new Trial(tasks, settings.directory()).run(tasks.limits())
                : new RuntimeProbe(false, missing, List.of());
    }

    @Override
    public void prepare(TaskSpec task) {
        tasks.check(task);
    }

    @Override
    public TaskHandle start(TaskSpec task) {
        return tasks.start(task);
    }

    @Override
    public TaskState recover(TaskHandle handle) {
        return tasks.recover(handle);
    }

    @Override
    public List<TaskHandle> tasks() {
        return tasks.tasks();
    }

    @Override
    public CompletionStage<TaskExit> exit(TaskHandle handle) {
        return tasks.exit(handle);
    }

    @Override
    public void stop(TaskHandle handle, Duration grace) {
        tasks.stop(handle, grace);
    }

    @Override
    public void remove(TaskHandle handle) {
        tasks.remove(handle);
    }

    @Override
    public Optional<TaskUse> use(TaskHandle handle) {
        return tasks.use(handle);
    }

    @Override
    public boolean update(TaskHandle handle, TaskSpec task) {
        tasks.update(handle, task.memoryBytes(), task.cpuMillis());
        return true;
    }

    @Override
    public void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        tasks.logs(handle, tailLines, follow, sink, stop);
    }

    @Override
    public int exec(TaskHandle handle, List<String> command, Duration timeout, OutputSink sink, StopSignal stop) {
        return tasks.exec(handle, command, null, timeout, sink, stop);
    }

    @Override
    public int exec(
            TaskHandle handle,
            List<String> command,
            InputStream input,
            Duration timeout,
            OutputSink sink,
            StopSignal stop) {
        return tasks.exec(handle, command, input, timeout, sink, stop);
    }

    @Override
    public Optional<String> address(TaskHandle handle) {
        return Optional.empty();
    }

    @Override
    public List<RuntimeImage> images() {
        return List.of();
    }

    @Override
    public void close() {
        tasks.close();
    }
}

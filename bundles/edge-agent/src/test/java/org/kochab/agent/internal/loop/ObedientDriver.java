package org.kochab.agent.internal.loop;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.kochab.spi.runtime.ActionEnd;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.FunctionDriver;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeImage;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskAction;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;
import org.kochab.spi.runtime.TaskUse;

/** Runs nothing, and says that all it is asked for is done. */
class ObedientDriver implements RuntimeDriver, FunctionDriver {
    private static final byte[] OUTPUT = "out".getBytes(StandardCharsets.UTF_8);

    private final String kind;
    private final Consumer<String> asked;

    ObedientDriver() {
        this("process", question -> {});
    }

    /** @param asked told when the driver is asked for its tasks, how one ends, and to try itself out */
    ObedientDriver(String kind, Consumer<String> asked) {
        this.kind = kind;
        this.asked = asked;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public RuntimeProbe probe() {
        asked.accept(kind + " probe");
        return new RuntimeProbe(true, "", List.of("cpu", "memory"));
    }

    @Override
    public void prepare(TaskSpec task) {}

    @Override
    public TaskHandle start(TaskSpec task) {
        return new TaskHandle(task.podUid(), task.container().name(), task.attempt(), "t");
    }

    @Override
    public TaskState recover(TaskHandle handle) {
        return new TaskState.Lost("it never ran");
    }

    @Override
    public List<TaskHandle> tasks() {
        asked.accept(kind + " tasks");
        return List.of();
    }

    @Override
    public CompletionStage<TaskExit> exit(TaskHandle handle) {
        asked.accept(kind + " exit");
        return new CompletableFuture<>();
    }

    @Override
    public void stop(TaskHandle handle, Duration grace) {}

    @Override
    public void remove(TaskHandle handle) {}

    @Override
    public Optional<TaskUse> use(TaskHandle handle) {
        return Optional.empty();
    }

    @Override
    public boolean update(TaskHandle handle, TaskSpec task) {
        return true;
    }

    @Override
    public void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        sink.output(false, OUTPUT, 0, OUTPUT.length);
    }

    @Override
    public int exec(TaskHandle handle, List<String> command, Duration timeout, OutputSink sink, StopSignal stop) {
        sink.output(true, OUTPUT, 0, OUTPUT.length);
        return 0;
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
    public ActionEnd act(TaskHandle handle, String id, TaskAction action, Duration limit) {
        return new ActionEnd(ActionEnd.Result.DONE, "done");
    }

    @Override
    public CallResult call(TaskHandle handle, byte[] input, Duration timeout, StopSignal stop) {
        return new CallResult.Exited(0, input);
    }
}

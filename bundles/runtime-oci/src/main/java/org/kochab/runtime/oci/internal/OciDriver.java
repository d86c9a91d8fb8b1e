package org.kochab.runtime.oci.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;
import org.kochab.spi.runtime.TaskUse;

/** Runs tasks as containers. All containers of a pod share the network of one that does nothing else. */
public final class OciDriver implements RuntimeDriver, AutoCloseable {
    private static final String KIND = "oci";
    private static final Duration START = Duration.ofSeconds(55);
    private static final Duration UPDATE = Duration.ofSeconds(25);
    private static final Duration LONG = Duration.ofHours(2);
    private static final int KILLED = 137;

    private final Podman podman;
    private final Images images;
    private final Containers containers;
    private final RunWords words;
    private final Sandboxes sandboxes;
    private final Endings endings;

    /** @throws IOException if the directory cannot be used */
    public OciDriver(Settings settings) throws IOException {
        podman = new Podman(settings);
        images = new Images(podman, settings.images());
        containers = new Containers(podman);
        words = new RunWords(settings);
        sandboxes = new Sandboxes(podman, images, containers, words);
        endings = new Endings(podman.exits(), containers);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public RuntimeProbe probe() {
        String missing = Sandboxes.missing();
        if (!missing.isEmpty()) {
            return new RuntimeProbe(false, missing, List.of());
        }
        try {
            images.preload();
            return sandboxes.trial();
        } catch (RuntimeFailure e) {
            return new RuntimeProbe(false, e.getMessage(), List.of());
        }
    }

    @Override
    public void prepare(TaskSpec task) {
        images.get(task.container());
        Container.SecurityContext security = task.container().securityContext();
        if (security != null
                && Boolean.TRUE.equals(security.runAsNonRoot())
                && (security.runAsUser() == null
                        ? images.runsAsRoot(task.container().image())
                        : security.runAsUser() == 0)) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "securityContext.runAsNonRoot: the image runs as root; set runAsUser");
        }
    }

    @Override
    public TaskHandle start(TaskSpec task) {
        String container = task.container().name();
        String name = RunWords.name(task.podUid(), container, task.attempt());
        List<String> run = words.task(task);
        if (!task.hostNetwork()) {
            sandboxes.need(task);
        }
        Podman.Result result = containers.run(START, name, RunWords.environment(task), run);
        if (result.imageUnknown()) {
            // Somebody has removed it: it is looked for, and pulled, when it is prepared again.
            images.forget(String.valueOf(task.container().image()));
        }
        if (result.nameTaken()) {
            Optional<Containers.Look> there = containers.settled(name);
            if (there.isPresent() && !(Containers.state(there) instanceof TaskState.Lost)) {
                return new TaskHandle(
                        task.podUid(), container, task.attempt(), there.get().id());
            }
            containers.remove(name);
            result = containers.run(START, name, RunWords.environment(task), run);
        }
        if (!result.ok()) {
            containers.remove(name);
            sandboxes.release(task.podUid());
            throw failure(result);
        }
        String id = result.out().strip();
        endings.began(id, name);
        return new TaskHandle(task.podUid(), container, task.attempt(), id);
    }

    private static RuntimeFailure failure(Podman.Result result) {
        boolean command = result.code() == 126 || result.code() == 127;
        return new RuntimeFailure(
                command
                        ? RuntimeFailure.Code.COMMAND
                        : result.imageUnknown() ? RuntimeFailure.Code.IMAGE : RuntimeFailure.Code.TEMPORARY,
                (command ? "command cannot be run: " : "podman: ") + result.reason());
    }

    @Override
    public TaskState recover(TaskHandle handle) {
        return endings.state(handle.data(), name(handle));
    }

    @Override
    public List<TaskHandle> tasks() {
        return Sandboxes.missing().isEmpty() ? containers.all() : List.of();
    }

    @Override
    public CompletionStage<TaskExit> exit(TaskHandle handle) {
        return endings.of(handle.data(), name(handle));
    }

    @Override
    public void stop(TaskHandle handle, Duration grace) {
        // podman counts whole seconds.
        long seconds = (grace.toMillis() + 999) / 1000;
        Podman.Result result =
                podman.call(grace.plusSeconds(25), "stop", "--time", Long.toString(seconds), handle.data());
        if (!result.ok() && endings.state(handle.data(), name(handle)) instanceof TaskState.Running) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "podman cannot stop the container: " + result.reason());
        }
    }

    @Override
    public void remove(TaskHandle handle) {
        String name = name(handle);
        endings.leaves(handle.data());
        if (!containers.removeEnded(handle.data(), name)) {
            if (endings.state(handle.data(), name) instanceof TaskState.Running) {
                throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the container runs: stop it first");
            }
            containers.remove(name);
        }
        sandboxes.release(handle.podUid());
    }

    private static String name(TaskHandle handle) {
        return RunWords.name(handle.podUid(), handle.container(), handle.attempt());
    }

    @Override
    public Optional<TaskUse> use(TaskHandle handle) {
        return containers.use(handle.data());
    }

    @Override
    public boolean update(TaskHandle handle, TaskSpec task) {
        List<String> limits = RunWords.limits(task);
        if (limits.isEmpty()) {
            return true;
        }
        List<String> call = new ArrayList<>(List.of("update"));
        call.addAll(limits);
        call.add(handle.data());
        Podman.Result result = podman.call(UPDATE, call.toArray(String[]::new));
        if (!result.ok()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "podman cannot change the container's limits: " + result.reason());
        }
        return true;
    }

    @Override
    public void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        List<String> call = new ArrayList<>(List.of("logs"));
        if (tailLines >= 0) {
            call.addAll(List.of("--tail", Integer.toString(tailLines)));
        }
        if (follow) {
            call.add("--follow");
        }
        call.add(handle.data());
        podman.stream(LONG, null, sink, stop, call);
    }

    @Override
    public int exec(TaskHandle handle, List<String> command, Duration timeout, OutputSink sink, StopSignal stop) {
        return run(handle, command, null, timeout, sink, stop);
    }

    @Override
    public int exec(
            TaskHandle handle,
            List<String> command,
            InputStream input,
            Duration timeout,
            OutputSink sink,
            StopSignal stop) {
        return run(handle, command, input, timeout, sink, stop);
    }

    private int run(
            TaskHandle handle,
            List<String> command,
            @Nullable InputStream input,
            Duration timeout,
            OutputSink sink,
            StopSignal stop) {
        // What podman starts outlives it: the mark finds what has to be ended when the time is over.
        String mark = "KOCHAB_EXEC=" + UUID.randomUUID();
        List<String> call = new ArrayList<>(List.of("exec", "--env", mark));
        if (input != null) {
            call.add("--interactive");
        }
        call.add(handle.data());
        call.addAll(command);
        int code = podman.stream(timeout, input, sink, stop, call);
        if (code < 0) {
            kill(mark);
            return KILLED;
        }
        return code;
    }

    private static void kill(String mark) {
        byte[] wanted = mark.getBytes(StandardCharsets.US_ASCII);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (contains(process.resolve("environ"), wanted)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(ProcessHandle::destroyForcibly);
                }
            }
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot end the command: " + e, e);
        }
    }

    private static boolean contains(Path environ, byte[] wanted) {
        try {
            return new String(Files.readAllBytes(environ), StandardCharsets.ISO_8859_1)
                    .contains(new String(wanted, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // It has ended meanwhile.
            return false;
        }
    }

    @Override
    public Optional<String> address(TaskHandle handle) {
        return sandboxes.address(handle.podUid());
    }

    @Override
    public List<RuntimeImage> images() {
        return images.list();
    }

    @Override
    public void close() {
        endings.close();
    }
}

package ${package};

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Runs {@code command} of pods with {@code runtimeClassName: ${artifactId}} as a process of the node, as the agent's user. It knows neither limits nor volumes
 * nor devices, and refuses pods that ask for them. What a task writes is kept until it is removed: bound that before strangers' pods run here.
 */
@Component(
        service = RuntimeDriver.class,
        property = RuntimeDriver.KIND_PROPERTY + "=" + ${className}.KIND,
        configurationPid = "${package}")
public final class ${className} implements RuntimeDriver {
    static final String KIND = "${artifactId}";
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9-]{1,64})_([a-z0-9-]{1,63})_([0-9]{1,9})");
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String RUN = run();
    private static final long LOOK_EVERY_MILLIS = 50;
    private static final Duration APPEAR = Duration.ofSeconds(10);
    private static final Duration KILL = Duration.ofSeconds(20);
    private static final int TRIAL_CODE = 7;

    /** What {@code etc/${package}.cfg} of the agent may say. */
    public @interface Config {
        /** Where it keeps which tasks there are, and their logs. */
        String directory() default "data/${artifactId}";
    }

    private final Path directory;
    /** Looks for tasks that have ended; one thread for all. */
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "${artifactId}-exits"));

    @Activate
    public ${className}(Config config) throws IOException {
        this(Path.of(config.directory()));
    }

    ${className}(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory).toAbsolutePath();
    }

    private static String run() {
        try (InputStream in = ${className}.class.getResourceAsStream("run.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Deactivate
    void close() {
        thread.shutdownNow();
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public RuntimeProbe probe() {
        List<String> command = List.of("sh", "-c", "exit " + TRIAL_CODE);
        TaskSpec trial = TaskSpec.trial(Container.of("trial", null, command), directory, null, null);
        TaskHandle handle = handle(trial);
        try {
            start(trial);
            int code = exit(handle)
                    .toCompletableFuture()
                    .get(KILL.toSeconds(), TimeUnit.SECONDS)
                    .exitCode();
            return code == TRIAL_CODE
                    ? new RuntimeProbe(true, "", List.of())
                    : new RuntimeProbe(false, "a trial process ended with " + code, List.of());
        } catch (RuntimeFailure | ExecutionException | TimeoutException e) {
            return new RuntimeProbe(false, "a trial process could not be run: " + e, List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RuntimeProbe(false, "interrupted", List.of());
        } finally {
            stop(handle, Duration.ZERO);
            remove(handle);
        }
    }

    // ---- what can be run

    @Override
    public void prepare(TaskSpec task) {
        refuse(task.memoryBytes() != null, "resources.limits.memory");
        refuse(task.cpuMillis() != null, "resources.limits.cpu");
        refuse(!task.mounts().isEmpty(), "volumeMounts");
        refuse(task.container().securityContext() != null, "securityContext");
        refuse(task.virtualMachine() != null, "virtualMachine");
        task.devices().forEach(devices -> refuse(true, devices.resource()));
        if (task.container().command().isEmpty()) {
            throw new RuntimeFailure(RuntimeFailure.Code.INVALID, "command is empty: name a program of the node");
        }
        String program = task.container().command().get(0);
        boolean there = program.contains("/")
                ? Files.isExecutable(work(task).resolve(program))
                : Stream.of(environment(task).get("PATH").split(":"))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
        if (!there) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.COMMAND, "command[0] '" + program + "' is no program of this node");
        }
    }

    private static void refuse(boolean asked, String field) {
        if (asked) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, field + " is nothing that the runtime " + KIND + " knows: remove it");
        }
    }

    private static Path work(TaskSpec task) {
        String own = task.container().workingDir();
        return own == null || own.isEmpty() ? task.directory() : Path.of(own);
    }

    private static Map<String, String> environment(TaskSpec task) {
        Map<String, String> environment = new TreeMap<>(Map.of("PATH", PATH));
        environment.putAll(task.environment());
        return environment;
    }

    // ---- tasks

    private static TaskHandle handle(TaskSpec task) {
        return new TaskHandle(task.podUid(), task.container().name(), task.attempt(), "");
    }

    private TaskFiles files(TaskHandle handle) {
        String name = handle.podUid() + "_" + handle.container() + "_" + handle.attempt();
        if (!NAME.matcher(name).matches()) {
            throw new RuntimeFailure(RuntimeFailure.Code.INVALID, name + " is no name of a task");
        }
        return new TaskFiles(directory.resolve(name));
    }

    private interface Work<T> {
        T done() throws IOException, InterruptedException;
    }

    private static <T> T run(String what, Work<T> work) {
        try {
            return work.done();
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, what + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, what + ": interrupted", e);
        }
    }

    @Override
    public TaskHandle start(TaskSpec task) {
        prepare(task);
        TaskHandle handle = handle(task);
        TaskFiles files = files(handle);
        return run("the process cannot be started", () -> {
            if (files.hasRunner() && files.state() instanceof TaskState.Lost) {
                files.delete();
            }
            if (!files.hasRunner()) {
                launch(task, files);
            }
            return handle;
        });
    }

    private static void launch(TaskSpec task, TaskFiles files) throws IOException, InterruptedException {
        Files.createDirectories(files.directory());
        List<String> command = new ArrayList<>(
                List.of("setsid", "sh", "-c", RUN, "${artifactId}", files.directory().toString()));
        command.addAll(task.container().command());
        command.addAll(task.container().args());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work(task).toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment(task));
        Process process = builder.start();
        long end = System.nanoTime() + APPEAR.toNanos();
        while (!files.isStarted()) {
            if (System.nanoTime() - end > 0) {
                process.destroyForcibly();
                files.delete();
                throw new IOException("it did not appear within " + APPEAR.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @Override
    public TaskState recover(TaskHandle handle) {
        return run("it cannot be seen what became of it", files(handle)::state);
    }

    @Override
    public List<TaskHandle> tasks() {
        return run(directory + " cannot be read", () -> {
            try (Stream<Path> all = Files.list(directory)) {
                return all.map(path -> NAME.matcher(path.getFileName().toString()))
                        .filter(Matcher::matches)
                        .map(name -> new TaskHandle(name.group(1), name.group(2), Integer.parseInt(name.group(3)), ""))
                        .filter(handle -> files(handle).isStarted())
                        .toList();
            }
        });
    }

    @Override
    public CompletionStage<TaskExit> exit(TaskHandle handle) {
        CompletableFuture<TaskExit> exit = new CompletableFuture<>();
        Future<?> looks = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        ended(recover(handle)).ifPresent(exit::complete);
                    } catch (RuntimeFailure e) {
                        // Nothing is known now: look again.
                        return;
                    }
                },
                0,
                LOOK_EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
        exit.whenComplete((code, failure) -> looks.cancel(false));
        return exit;
    }

    private static Optional<TaskExit> ended(TaskState state) {
        if (state instanceof TaskState.Ended ended) {
            return Optional.of(ended.exit());
        }
        return state instanceof TaskState.Running
                ? Optional.empty()
                : Optional.of(new TaskExit(137, 9, false, Instant.now()));
    }

    @Override
    public void stop(TaskHandle handle, Duration grace) {
        TaskFiles files = files(handle);
        run("the process cannot be ended", () -> {
            if (!ends(files, "TERM", grace) && !ends(files, "KILL", KILL)) {
                throw new IOException("it is still there " + KILL.toSeconds() + " s after a SIGKILL");
            }
            return null;
        });
    }

    private static boolean ends(TaskFiles files, String signal, Duration limit)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        if (files.state() instanceof TaskState.Running running) {
            signal(running.id(), signal);
        }
        while (files.state() instanceof TaskState.Running) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
        return true;
    }

    /** To a process and all of its session; to the process alone as long as it has none of its own. */
    private static void signal(String process, String signal) throws IOException, InterruptedException {
        String kill = "kill -s " + signal + " -- ";
        new ProcessBuilder("sh", "-c", kill + "-" + process + " || " + kill + process).start().waitFor();
    }

    @Override
    public void remove(TaskHandle handle) {
        TaskFiles files = files(handle);
        run("the task's files cannot be removed", () -> {
            if (files.state() instanceof TaskState.Running) {
                throw new IOException("it runs; stop it first");
            }
            files.delete();
            return null;
        });
    }

    @Override
    public Optional<TaskUse> use(TaskHandle handle) {
        return Optional.empty();
    }

    @Override
    public void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        run("the log cannot be read", () -> {
            files(handle).read(tailLines, follow, sink, stop);
            return null;
        });
    }

    /** With the variables of the task, in a session of its own, so that all of it can be ended. */
    @Override
    public int exec(TaskHandle handle, List<String> command, Duration timeout, OutputSink sink, StopSignal stop) {
        return run("the command cannot be run", () -> {
            if (!(recover(handle) instanceof TaskState.Running running)) {
                throw new RuntimeFailure(RuntimeFailure.Code.INVALID, "exec: the task does not run");
            }
            List<String> words = new ArrayList<>(List.of("setsid"));
            words.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
            builder.environment().clear();
            for (String variable : environment(running.id(), timeout).split("\0")) {
                int equals = variable.indexOf('=');
                if (equals > 0) {
                    builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
                }
            }
            return follow(builder.start(), timeout, sink, stop);
        });
    }

    /** Every task has some; there is nothing to read in the instant in which a process becomes its command. */
    private static String environment(String process, Duration timeout) throws IOException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        Path there = Path.of("/proc", process, "environ");
        String environment = Files.readString(there);
        while (environment.isEmpty() && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(1);
            environment = Files.readString(there);
        }
        return environment;
    }

    private static int follow(Process process, Duration timeout, OutputSink sink, StopSignal stop)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        boolean runs = true;
        while (runs) {
            runs = process.isAlive();
            byte[] block = process.getInputStream().readNBytes(process.getInputStream().available());
            if (block.length > 0) {
                sink.output(false, block, 0, block.length);
            } else if (runs && (stop.stopped() || System.nanoTime() - end > 0)) {
                signal(Long.toString(process.pid()), "KILL");
                process.waitFor();
            } else if (runs) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            }
        }
        return process.exitValue();
    }

    @Override
    public Optional<String> address(TaskHandle handle) {
        return Optional.empty();
    }

    @Override
    public List<RuntimeImage> images() {
        return List.of();
    }
}

package org.kochab.hosttasks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;
import org.kochab.spi.runtime.TaskUse;

/**
 * Tasks that are processes of the host. Each outlives the agent under a small shell script that keeps its output and its exit code; {@code
 * container.command} of its spec is what runs. Methods are as {@link org.kochab.spi.runtime.RuntimeDriver} has them.
 */
public final class HostTasks implements AutoCloseable {
    private static final long APPEAR_MILLIS = 10_000;
    private static final long LOOK_EVERY_MILLIS = 1;
    private static final long KILL_SECONDS = 25;
    private static final long KILL_EVERY_MILLIS = 200;

    private final Settings settings;
    private final Path tasks;
    private final Tools tools = new Tools();
    private final Cgroups cgroups;
    private final Exits exits;
    private final Wrapper wrapper;

    /**
     * How they are kept.
     *
     * @param kind of the driver, for names that people read
     * @param directory where it is kept which tasks there are and how they ended
     * @param cgroup name of the control group that tasks' groups are in
     * @param pids most processes and threads of one task
     * @param logBytes size at which a task's output goes on in a new file; two are kept
     */
    public record Settings(String kind, Path directory, String cgroup, long pids, long logBytes) {}

    /** @throws IOException if the directory cannot be used */
    public HostTasks(Settings settings) throws IOException {
        this.settings = settings;
        Path directory = settings.directory().toAbsolutePath();
        tasks = Files.createDirectories(directory.resolve("tasks"));
        cgroups = new Cgroups(Path.of("/sys/fs/cgroup"), settings.cgroup());
        wrapper = new Wrapper(directory, "kochab-runtime-" + settings.kind() + "-exec");
        exits = new Exits(directory.resolve("exits"), this::alive, "kochab-runtime-" + settings.kind() + "-exits");
    }

    /** @return what of the host's programs is missing and how to get it; empty if nothing is */
    public String missing() {
        return tools.missing();
    }

    /** The limits that can be enforced here: of {@code cpu}, {@code memory}, {@code pids}. */
    public List<String> limits() {
        return cgroups.limits();
    }

    /** Whether this process may do everything. */
    public boolean root() {
        return tools.root();
    }

    /** @throws RuntimeFailure for what a process cannot be given here, or a command that cannot be run */
    public void check(TaskSpec task) {
        new Entry(task, tools).check();
    }

    public TaskHandle start(TaskSpec task) {
        Entry entry = new Entry(task, tools);
        entry.check();
        Path directory = task.directory().toAbsolutePath();
        TaskHandle handle = handle(task);
        String name = Names.of(handle);
        if (Files.exists(tasks.resolve(name)) && !(recover(handle) instanceof TaskState.Lost)) {
            return handle;
        }
        Cgroups.Group group = cgroups.create(name, task.memoryBytes(), task.cpuMillis(), settings.pids());
        try {
            Files.deleteIfExists(exits.file(name));
            for (String former : List.of("pids", "pipe", "drained")) {
                Files.deleteIfExists(directory.resolve(former));
            }
            entry.write(group.procs());
            Names.write(tasks.resolve(name), directory);
            wrapper.launch(directory, exits.file(name), settings.logBytes(), group, Entry.command(task.container()));
            if (!appears(directory, name)) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.TEMPORARY,
                        "the process did not appear within " + APPEAR_MILLIS / 1000 + " s");
            }
            return handle;
        } catch (IOException | RuntimeException e) {
            destroy(handle);
            remove(handle);
            throw e instanceof RuntimeFailure f
                    ? f
                    : new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot start the process: " + e, e);
        }
    }

    /** What {@link #start} gives for this task. */
    public static TaskHandle handle(TaskSpec task) {
        return new TaskHandle(
                task.podUid(),
                task.container().name(),
                task.attempt(),
                task.directory().toAbsolutePath().toString());
    }

    /** A task's name among all of this node, fit for a file. */
    public static String name(TaskHandle handle) {
        return Names.of(handle);
    }

    /** An interrupt has to wait: what has begun already would else run on, and nobody would know it. */
    private boolean appears(Path directory, String name) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(APPEAR_MILLIS);
        boolean interrupted = false;
        try {
            while (System.nanoTime() - end < 0) {
                if (Pids.read(directory.resolve("pids")).isPresent() || Files.exists(exits.file(name))) {
                    return true;
                }
                try {
                    Thread.sleep(LOOK_EVERY_MILLIS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public TaskState recover(TaskHandle handle) {
        String name = Names.of(handle);
        Optional<TaskExit> exit = exits.read(name);
        if (exit.isPresent()) {
            return new TaskState.Ended(exit.get());
        }
        if (Files.exists(tasks.resolve(name)) && alive(name)) {
            return new TaskState.Running(
                    pids(handle).map(p -> Integer.toString(p.main())).orElse("0"));
        }
        // Between the two looks it may have ended.
        return exits.read(name)
                .<TaskState>map(TaskState.Ended::new)
                .orElseGet(() -> new TaskState.Lost(
                        "its processes are gone and left no exit code, as after a restart of the machine"));
    }

    private boolean alive(String name) {
        Optional<Pids> pids = Names.read(tasks.resolve(name)).flatMap(d -> Pids.read(d.resolve("pids")));
        return pids.isPresent() && (pids.get().wrapperAlive() || pids.get().mainAlive());
    }

    private static Path directory(TaskHandle handle) {
        return Path.of(handle.data());
    }

    private static Optional<Pids> pids(TaskHandle handle) {
        return Pids.read(directory(handle).resolve("pids"));
    }

    public List<TaskHandle> tasks() {
        List<TaskHandle> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(tasks)) {
            for (Path file : files) {
                Names.read(file)
                        .flatMap(directory -> Names.parse(file.getFileName().toString(), directory.toString()))
                        .ifPresent(all::add);
            }
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot list " + tasks, e);
        }
        return all;
    }

    public CompletionStage<TaskExit> exit(TaskHandle handle) {
        return exits.of(Names.of(handle));
    }

    public void stop(TaskHandle handle, Duration grace) {
        CompletableFuture<TaskExit> end = exit(handle).toCompletableFuture();
        if (end.isDone()) {
            return;
        }
        pids(handle).filter(Pids::mainAlive).ifPresent(p -> Proc.terminate(p.main()));
        if (ends(end, grace.toMillis())) {
            return;
        }
        kill(handle);
    }

    /** Ends a task at once; returns when it has ended; at most 25 seconds. */
    public void kill(TaskHandle handle) {
        CompletableFuture<TaskExit> end = exit(handle).toCompletableFuture();
        long last = System.nanoTime() + TimeUnit.SECONDS.toNanos(KILL_SECONDS);
        while (!end.isDone() && System.nanoTime() - last < 0) {
            members(handle).forEach(Proc::kill);
            if (ends(end, KILL_EVERY_MILLIS)) {
                return;
            }
        }
        if (!end.isDone()) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the process does not end, even killed");
        }
    }

    /** Waits for an end; whether it came in time. */
    public static boolean ends(CompletableFuture<TaskExit> end, long millis) {
        try {
            end.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "interrupted", e);
        }
    }

    /** Gives a task that runs other limits; null leaves one as it is. */
    public void update(TaskHandle handle, @Nullable Long memoryBytes, @Nullable Long cpuMillis) {
        cgroups.update(Names.of(handle), memoryBytes, cpuMillis);
    }

    private List<Integer> members(TaskHandle handle) {
        List<Integer> all = new ArrayList<>(cgroups.members(Names.of(handle)));
        pids(handle).ifPresent(p -> p.session().forEach(s -> all.add(s.pid())));
        return all;
    }

    /** Ends everything of a task at once, its wrapper included. */
    private void destroy(TaskHandle handle) {
        members(handle).forEach(Proc::kill);
        pids(handle).filter(Pids::wrapperAlive).ifPresent(p -> Proc.kill(p.wrapper()));
    }

    public void remove(TaskHandle handle) {
        String name = Names.of(handle);
        if (Files.exists(tasks.resolve(name)) && recover(handle) instanceof TaskState.Running) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the process runs: stop it first");
        }
        try {
            members(handle).forEach(Proc::kill);
            delete(directory(handle));
            exits.forget(name);
            for (int i = 0; !cgroups.remove(name) && i < 50; i++) {
                // The kernel lets go of ended processes a moment later.
                pause(20);
            }
            Files.deleteIfExists(tasks.resolve(name));
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot remove " + name + ": " + e, e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            return;
        }
    }

    public Optional<TaskUse> use(TaskHandle handle) {
        List<Proc.Stat> all = pids(handle).map(Pids::session).orElse(List.of());
        if (all.isEmpty()) {
            return Optional.empty();
        }
        long cpu = all.stream().mapToLong(Proc.Stat::cpuMicros).sum();
        long memory = all.stream().mapToLong(s -> Proc.residentBytes(s.pid())).sum();
        return Optional.of(new TaskUse(cpu, memory));
    }

    public void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        CompletableFuture<TaskExit> end = exit(handle).toCompletableFuture();
        new TaskLog(directory(handle)).read(tailLines, follow, sink, stop, () -> !end.isDone());
    }

    /** What a task has written so far: its last lines, or all that is kept if {@code tailLines} is negative. */
    public String output(TaskHandle handle, int tailLines) {
        StringBuilder output = new StringBuilder();
        logs(
                handle,
                tailLines,
                false,
                (error, bytes, offset, length) ->
                        output.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                () -> false);
        return output.toString();
    }

    /** @param input null if the command has none */
    public int exec(
            TaskHandle handle,
            List<String> command,
            @Nullable InputStream input,
            Duration timeout,
            OutputSink sink,
            StopSignal stop) {
        Pids pids = pids(handle)
                .filter(Pids::mainAlive)
                .orElseThrow(() -> new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the process does not run"));
        return wrapper.exec(directory(handle), pids.main(), command, input, timeout, sink, stop);
    }

    @Override
    public void close() {
        wrapper.close();
        exits.close();
    }
}

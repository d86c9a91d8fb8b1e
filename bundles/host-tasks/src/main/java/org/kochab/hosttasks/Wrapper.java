package org.kochab.hosttasks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.StopSignal;

/** Starts the script that a task runs under, and commands beside it. */
final class Wrapper implements AutoCloseable {
    private static final String RESOURCE = "run.sh";
    private static final int KILLED = 137;

    private final Path directory;
    private final Path script;
    private final String threadName;
    private final Launcher launcher;
    private final Pipes pipes;

    /** @param threadName of the threads that copy what a command reads and writes */
    Wrapper(Path directory, String threadName) throws IOException {
        this.directory = directory;
        this.threadName = threadName;
        launcher = new Launcher(builder(List.of()));
        pipes = new Pipes(directory.resolve("pipes"), launcher);
        script = directory.resolve(RESOURCE);
        Path fresh = directory.resolve(RESOURCE + ".new");
        try (InputStream in = Wrapper.class.getResourceAsStream(RESOURCE)) {
            Files.copy(java.util.Objects.requireNonNull(in), fresh, StandardCopyOption.REPLACE_EXISTING);
        }
        // A new file, not new content: shells of running tasks go on reading the old one.
        Files.move(fresh, script, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Starts it in a session of its own, as nobody's child; returns before it runs. */
    void launch(Path task, Path exitFile, long logBytes, Cgroups.Group group, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of("setsid", "sh", script.toString()));
        words.add(task.toString());
        words.add(exitFile.toString());
        words.add(Long.toString(logBytes));
        words.add(group.procs().isEmpty() ? "-" : group.procs().get(0).toString());
        words.add(group.oomFile() == null ? "-" : group.oomFile().toString());
        words.addAll(command);
        pipes.put(task.resolve("pipe"));
        launcher.start(words);
        pipes.refill();
    }

    private ProcessBuilder builder(List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        return builder.redirectInput(
                ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }

    int exec(
            Path task,
            int main,
            List<String> command,
            @Nullable InputStream input,
            Duration timeout,
            OutputSink sink,
            StopSignal stop) {
        List<String> words = new ArrayList<>(
                List.of("setsid", "sh", task.resolve("enter").toString(), "exec", Integer.toString(main)));
        words.addAll(command);
        try {
            CommandStreams streams = new CommandStreams(threadName, sink);
            Process process = streams.start(builder(words), input);
            long end = System.nanoTime() + timeout.toNanos();
            boolean ended = CommandStreams.ends(process, end, stop);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            streams.await(end, stop);
            return ended ? process.exitValue() : KILLED;
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot execute: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "interrupted", e);
        }
    }

    @Override
    public void close() {
        launcher.close();
    }
}

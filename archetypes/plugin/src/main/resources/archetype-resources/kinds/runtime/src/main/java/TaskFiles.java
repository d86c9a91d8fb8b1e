package ${package};

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskState;

/** What is on the disk of one task: who runs it, its process, its log, and how it ended. All is written by {@code run.sh}. */
final class TaskFiles {
    private static final int BLOCK = 16 * 1024;
    private static final long LOOK_EVERY_MILLIS = 100;
    /** Of {@code /proc/PID/stat}, after the name, which may have blanks: when the process was started. */
    private static final int STARTED = 19;

    private final Path directory;

    TaskFiles(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    Path log() {
        return directory.resolve("log");
    }

    boolean hasRunner() {
        return Files.exists(directory.resolve("runner"));
    }

    /** The process of the task; it is there once the task was started. */
    String process() throws IOException {
        return Files.readString(directory.resolve("task")).strip();
    }

    boolean isStarted() {
        return Files.exists(directory.resolve("task"));
    }

    TaskState state() throws IOException {
        if (!isStarted()) {
            return new TaskState.Lost("there is no task in " + directory);
        }
        boolean runs = runnerLives();
        // Looked at last: the runner writes it and goes.
        Path exit = directory.resolve("exit");
        if (Files.exists(exit)) {
            int code = Integer.parseInt(Files.readString(exit).strip());
            Instant at = Files.getLastModifiedTime(exit).toInstant();
            return new TaskState.Ended(new TaskExit(code, Math.max(0, code - 128), false, at));
        }
        return runs
                ? new TaskState.Running(process())
                : new TaskState.Lost("what ran it is gone, as after a restart of the machine");
    }

    private boolean runnerLives() throws IOException {
        String[] runner = Files.readString(directory.resolve("runner")).strip().split(" ");
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        try {
            String stat = Files.readString(Path.of("/proc", runner[0], "stat"));
            String started = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[STARTED];
            return started.equals(runner[1]) && boot.equals(runner[2]);
        } catch (IOException gone) {
            return false;
        }
    }

    void read(int tailLines, boolean follow, OutputSink sink, StopSignal stop)
            throws IOException, InterruptedException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(log()))) {
            skip(in, tailLines);
            boolean runs;
            do {
                // Asked before reading: what came until then is read even if the task ends meanwhile.
                runs = state() instanceof TaskState.Running;
                byte[] block = in.readNBytes(BLOCK);
                while (block.length > 0 && !stop.stopped()) {
                    sink.output(false, block, 0, block.length);
                    block = in.readNBytes(BLOCK);
                }
                if (follow && runs) {
                    TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
                }
            } while (follow && runs && !stop.stopped());
        } catch (NoSuchFileException e) {
            // Nothing was written.
        }
    }

    /** To where the last lines begin. */
    private void skip(InputStream in, int tailLines) throws IOException {
        if (tailLines >= 0) {
            long lines;
            try (Stream<String> all = Files.lines(log(), StandardCharsets.ISO_8859_1)) {
                lines = all.count();
            }
            for (long skipped = lines - tailLines; skipped > 0; skipped--) {
                int b = in.read();
                while (b != '\n' && b >= 0) {
                    b = in.read();
                }
            }
        }
    }

    void delete() throws IOException {
        if (Files.exists(directory)) {
            List<Path> all;
            try (Stream<Path> files = Files.walk(directory)) {
                all = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : all) {
                Files.delete(file);
            }
        }
    }
}

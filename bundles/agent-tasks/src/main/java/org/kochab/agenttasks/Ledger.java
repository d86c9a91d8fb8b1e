package org.kochab.agenttasks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;

/** Which tasks there are, and how they ended: a file for each, with its directory in the first line and its exit in the second. */
public final class Ledger {
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]{0,63})_([a-z0-9][-a-z0-9]{0,62})_([0-9]{1,9})");

    private final Path directory;

    public Ledger(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** @return a name of this task alone, good for files */
    public static String name(TaskHandle handle) {
        String name = handle.podUid() + "_" + handle.container() + "_" + handle.attempt();
        if (!FORM.matcher(name).matches()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "the pod's uid and the container's name must be letters, digits and '-': " + name);
        }
        return name;
    }

    public void began(TaskHandle handle) throws IOException {
        write(name(handle), handle.data());
    }

    public void ended(TaskHandle handle, TaskExit exit) throws IOException {
        write(
                name(handle),
                handle.data() + "\n" + exit.exitCode() + " " + exit.signal() + " " + exit.outOfMemory() + " "
                        + exit.finishedAt().toEpochMilli());
    }

    private void write(String name, String text) throws IOException {
        Path fresh = directory.resolve(name + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    public Optional<TaskExit> exit(TaskHandle handle) {
        try {
            String[] lines = Files.readString(directory.resolve(name(handle))).split("\n");
            String[] f = lines[1].split(" ");
            return Optional.of(new TaskExit(
                    Integer.parseInt(f[0]),
                    Integer.parseInt(f[1]),
                    Boolean.parseBoolean(f[2]),
                    Instant.ofEpochMilli(Long.parseLong(f[3]))));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    public List<TaskHandle> all() {
        List<TaskHandle> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher m = FORM.matcher(file.getFileName().toString());
                if (m.matches()) {
                    String place = Files.readString(file).split("\n")[0];
                    all.add(new TaskHandle(m.group(1), m.group(2), Integer.parseInt(m.group(3)), place));
                }
            }
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot list " + directory, e);
        }
        return all;
    }

    /** Deletes the task's directory and forgets the task; may be repeated. */
    public void remove(TaskHandle handle) {
        try {
            delete(Path.of(handle.data()));
            Files.deleteIfExists(directory.resolve(name(handle)));
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot remove " + handle + ": " + e, e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            return;
        }
    }
}

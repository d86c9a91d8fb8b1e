package org.kochab.hosttasks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskHandle;

/** Tasks' names, as files and control groups have them, and the files that say where a task's directory is. */
final class Names {
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]{0,63})_([a-z0-9][-a-z0-9]{0,62})_([0-9]{1,9})");

    private Names() {}

    static String of(TaskHandle handle) {
        String name = handle.podUid() + "_" + handle.container() + "_" + handle.attempt();
        if (!FORM.matcher(name).matches()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "the pod's uid and the container's name must be letters, digits and '-': " + name);
        }
        return name;
    }

    static Optional<TaskHandle> parse(String name, String data) {
        Matcher m = FORM.matcher(name);
        return m.matches()
                ? Optional.of(new TaskHandle(m.group(1), m.group(2), Integer.parseInt(m.group(3)), data))
                : Optional.empty();
    }

    static void write(Path file, Path directory) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, directory.toString());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static Optional<Path> read(Path file) {
        try {
            return Optional.of(Path.of(Files.readString(file)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

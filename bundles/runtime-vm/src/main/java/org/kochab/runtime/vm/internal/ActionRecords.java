package org.kochab.runtime.vm.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.kochab.spi.runtime.ActionEnd;
import org.kochab.spi.runtime.TaskHandle;

/**
 * What became of a machine's actions, in files beside it: for a driver that comes after one that was killed. They go with the machine; the latest are kept. They need not outlive
 * the node, as machines do not.
 */
final class ActionRecords {
    private static final int KEPT = 32;
    private static final String BEGUN = "BEGUN";
    private static final String NEW = ".new";

    private ActionRecords() {}

    /** Says that the action is about to be begun: from now on it is begun, or was not, until {@link #end} is there. */
    static void begin(TaskHandle machine, String id) throws IOException {
        write(machine, id, BEGUN);
    }

    static boolean begun(TaskHandle machine, String id) throws IOException {
        return read(machine, id).isPresent();
    }

    static void end(TaskHandle machine, String id, ActionEnd end) throws IOException {
        write(machine, id, end.result() + "\n" + end.message());
    }

    static Optional<ActionEnd> end(TaskHandle machine, String id) throws IOException {
        return read(machine, id)
                .filter(text -> !text.equals(BEGUN))
                .map(text -> text.split("\n", 2))
                .map(parts -> new ActionEnd(ActionEnd.Result.valueOf(parts[0]), parts[1]));
    }

    private static Path directory(TaskHandle machine) {
        return Path.of(machine.data()).resolve("actions");
    }

    private static Optional<String> read(TaskHandle machine, String id) throws IOException {
        try {
            return Optional.of(Files.readString(directory(machine).resolve(id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static void write(TaskHandle machine, String id, String text) throws IOException {
        Path directory = Files.createDirectories(directory(machine));
        Path file = directory.resolve(id);
        Path fresh = file.resolveSibling(id + NEW);
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forgetOld(directory);
    }

    private static void forgetOld(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(directory)) {
            all = files.sorted(Comparator.comparingLong((Path p) -> p.toFile().lastModified()))
                    .toList();
        }
        for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
    }
}

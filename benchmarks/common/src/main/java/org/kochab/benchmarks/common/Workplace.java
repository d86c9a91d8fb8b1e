package org.kochab.benchmarks.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where a benchmark keeps what it stores: below the working directory, so that everything is on the same disk; removed at the end. */
public final class Workplace implements AutoCloseable {
    private final Path directory;

    public Workplace(String name) throws IOException {
        directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), name + "-store-");
    }

    public Path path(String name) {
        return directory.resolve(name);
    }

    public void remove(String name) throws IOException {
        delete(path(name));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(directory);
    }

    /**
     * Options as {@code --name value}.
     *
     * @param defaults all that are known, as they would be given
     * @throws IllegalArgumentException if there is another, or one without a value
     */
    public static Map<String, String> options(String[] args, String defaults) {
        String[] known = defaults.split(" ");
        Map<String, String> options = new TreeMap<>();
        for (int i = 0; i < known.length; i += 2) {
            options.put(known[i], known[i + 1]);
        }
        for (int i = 0; i < args.length; i += 2) {
            if (!options.containsKey(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException("unknown option, or one without a value: " + args[i]
                        + "; known, with their defaults: " + defaults);
            }
            options.put(args[i], args[i + 1]);
        }
        return options;
    }
}

package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory for files that are being looked at. */
final class Staging implements AutoCloseable {
    private static final String PREFIX = "staging-";

    private final Path directory;

    Staging(Path parent) throws IOException {
        directory = Files.createTempDirectory(parent, PREFIX);
    }

    Path directory() {
        return directory;
    }

    /** Removes what a process left that ended in the middle. */
    static void clean(Path parent) throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path d : old) {
                remove(d);
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path f : files) {
                Files.delete(f);
            }
        }
        Files.delete(directory);
    }

    @Override
    public void close() {
        try {
            remove(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }
}

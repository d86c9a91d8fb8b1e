package org.kochab.shell.internal.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.console.Session;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.shell.internal.core.Failure;

/** Reads manifest files; a folder stands for the manifests in it, by name. */
final class Manifests {
    private static final long MOST_BYTES = 16 << 20;

    private Manifests() {}

    /** A file and what is in it. */
    record Read(Path file, Codec.Manifest manifest) {}

    /** @param kinds those that are known; what a file defines is known in the ones after it, and added here */
    static List<Read> read(
            Session session, Codec codec, List<String> names, Codec.UnknownFields unknown, List<Kind> kinds) {
        List<Read> all = new ArrayList<>();
        for (String name : names) {
            for (Path file : files(session, name)) {
                try {
                    Read read = new Read(file, codec.manifest(bytes(file), unknown, kinds));
                    all.add(read);
                    for (Resource r : read.manifest().resources()) {
                        if (r instanceof CustomResourceDefinition definition) {
                            kinds.addAll(0, definition.kinds());
                        }
                    }
                } catch (CodecException e) {
                    throw new Failure(file + ": " + e.getMessage());
                }
            }
        }
        return all;
    }

    private static List<Path> files(Session session, String name) {
        Path base = session.currentDir() == null ? Path.of("") : session.currentDir();
        Path path = base.resolve(name).toAbsolutePath().normalize();
        if (!Files.exists(path)) {
            throw new Failure("There is no file " + path + " on the machine of this member");
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> inside = Files.list(path)) {
            List<Path> found = inside.filter(Files::isRegularFile)
                    .filter(f -> f.toString().matches(".*\\.(ya?ml|json)"))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new Failure("There is no .yaml, .yml or .json file in " + path);
            }
            return found;
        } catch (IOException e) {
            throw new Failure(path + " cannot be read: " + e.getMessage());
        }
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new Failure(file + " is larger than " + (MOST_BYTES >> 20) + " MiB: divide it");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Failure(file + " cannot be read: " + e.getMessage());
        }
    }
}

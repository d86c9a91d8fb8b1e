package org.kochab.devices.sysfs.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a machine says what it has.
 *
 * @param sys its sysfs
 * @param dev its device nodes
 */
public record Tree(Path sys, Path dev) {
    /** A device is found within so many directories above its own: a port of an adapter at a hub at a hub. */
    private static final int MOST_ABOVE = 8;

    private static final List<String> TOLD = List.of("idVendor", "idProduct", "product", "serial", "vendor", "device");

    /** @return in order; none if there is no such directory */
    static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be listed: " + e, e);
        }
    }

    /** Devices of a class, such as {@code tty}: what has hardware behind it. */
    List<Path> ofClass(String name) {
        return list(sys.resolve("class").resolve(name)).stream()
                .filter(entry -> Files.exists(entry.resolve("device")))
                .toList();
    }

    /** What a file of one line says; empty if it cannot be read, as while its device goes. */
    static Optional<String> read(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The hardware behind an entry of a class and what it is part of, the nearest first. */
    private List<Path> hardware(Path entry) {
        try {
            Path top = sys.toRealPath();
            return Stream.iterate(entry.resolve("device").toRealPath(), p -> p.startsWith(top), Path::getParent)
                    .limit(MOST_ABOVE)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** What people may want to know of it. */
    SortedMap<String, String> attributes(Path entry) {
        SortedMap<String, String> attributes = new TreeMap<>();
        read(entry.resolve("name")).ifPresent(name -> attributes.put("name", name));
        for (Path part : hardware(entry)) {
            for (String file : TOLD) {
                read(part.resolve(file)).ifPresent(value -> attributes.putIfAbsent(file, value));
            }
        }
        return attributes;
    }

    /** The memory it is near to. */
    @Nullable
    Integer numaNode(Path entry) {
        return hardware(entry).stream()
                .flatMap(part -> read(part.resolve("numa_node")).stream())
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(Integer::valueOf)
                .findFirst()
                .orElse(null);
    }
}

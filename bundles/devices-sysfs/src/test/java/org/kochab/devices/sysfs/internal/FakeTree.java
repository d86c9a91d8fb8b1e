package org.kochab.devices.sysfs.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A sysfs and device nodes of a machine that is not there, with the kernel's links. */
final class FakeTree {
    final Tree tree;

    FakeTree(Path directory) throws IOException {
        tree = new Tree(
                Files.createDirectories(directory.resolve("sys")), Files.createDirectories(directory.resolve("dev")));
    }

    /** Hardware: a directory below {@code sys/devices} with these files. */
    Path hardware(String path, Map<String, String> files) throws IOException {
        Path directory = Files.createDirectories(tree.sys().resolve("devices").resolve(path));
        write(directory, files);
        return directory;
    }

    /** An entry of a class with hardware behind it. */
    void entry(String ofClass, String name, Path hardware, Map<String, String> files) throws IOException {
        Path own = Files.createDirectories(hardware.resolve(ofClass).resolve(name));
        write(own, files);
        Files.createSymbolicLink(own.resolve("device"), own.relativize(hardware));
        Path directory = Files.createDirectories(tree.sys().resolve("class").resolve(ofClass));
        Files.createSymbolicLink(directory.resolve(name), directory.relativize(own));
    }

    /** An entry of a class that is only software. */
    void virtual(String ofClass, String name) throws IOException {
        Files.createDirectories(tree.sys().resolve("class").resolve(ofClass).resolve(name));
    }

    Path node(String name) throws IOException {
        Path node = tree.dev().resolve(name);
        Files.createDirectories(node.getParent());
        return Files.createFile(node);
    }

    void unplug(String ofClass, String name) throws IOException {
        Files.delete(tree.sys().resolve("class").resolve(ofClass).resolve(name));
    }

    private static void write(Path directory, Map<String, String> files) throws IOException {
        for (var file : files.entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), file.getValue() + "\n");
        }
    }
}

package org.kochab.agent.internal.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.kochab.api.link.PodDocument.VolumeFile;
import org.kochab.spi.runtime.RuntimeFailure;

/** Writes what a pod takes from config maps and secrets as files. Blocks for the disk. */
final class ValueFiles {
    private static final int READABLE = 0644;

    private ValueFiles() {}

    /** Files that are there already, as they are to be, are left alone: a container may be reading them. */
    static void write(Path directory, List<VolumeFile> files) throws IOException {
        for (VolumeFile file : files) {
            Path path = directory.resolve(file.path()).normalize();
            if (!path.startsWith(directory) || path.equals(directory)) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.INVALID, "files: path " + file.path() + " must stay within the volume");
            }
            write(path, content(file), permissions(file.mode() == null ? READABLE : file.mode()));
        }
    }

    private static byte[] content(VolumeFile file) {
        try {
            return Base64.getDecoder().decode(file.data());
        } catch (IllegalArgumentException e) {
            // Without the exception, which quotes what it was given.
            throw new RuntimeFailure(RuntimeFailure.Code.INVALID, "files: data of " + file.path() + " is not base64");
        }
    }

    private static void write(Path path, byte[] content, Set<PosixFilePermission> mode) throws IOException {
        if (Files.isRegularFile(path)
                && Files.getPosixFilePermissions(path).equals(mode)
                && Arrays.equals(Files.readAllBytes(path), content)) {
            return;
        }
        Files.createDirectories(path.getParent());
        Path fresh = path.resolveSibling("..fresh");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, content);
        Files.setPosixFilePermissions(fresh, mode);
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = new TreeSet<>();
        PosixFilePermission[] highestFirst = PosixFilePermission.values();
        for (int i = 0; i < highestFirst.length; i++) {
            if ((mode & (1 << (highestFirst.length - 1 - i))) != 0) {
                set.add(highestFirst[i]);
            }
        }
        return set;
    }
}

package org.kochab.agent.internal.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.kochab.spi.volume.VolumeId;
import org.kochab.spi.volume.VolumeProvisioner;
import org.kochab.spi.volume.VolumeRequest;
import org.kochab.spi.volume.VolumeUsage;

/** The agent's own volumes, below its data directory: {@code volumes/PROVISIONER/TENANT/UID}, and an image beside it where there is one. */
public final class LocalProvisioner implements VolumeProvisioner {
    /** What a volume is made of. */
    enum Sort {
        /** A directory; its size is not enforced. */
        PATH,
        /** A file system of its size in a file. */
        LOOP,
        /** Memory, which a restart of the machine empties. */
        TMPFS
    }

    private final String name;
    private final Sort sort;
    private final Path root;
    private final SizedVolumes sized;

    LocalProvisioner(String name, Sort sort, Path directory, SizedVolumes sized) {
        this.name = name;
        this.sort = sort;
        this.root = directory.resolve("volumes").resolve(name);
        this.sized = sized;
    }

    /** All of them. @param directory the agent's data directory */
    public static List<VolumeProvisioner> all(Path directory) {
        SizedVolumes sized = SizedVolumes.here();
        return List.of(
                new LocalProvisioner("local-path", Sort.PATH, directory, sized),
                new LocalProvisioner("local-loop", Sort.LOOP, directory, sized),
                new LocalProvisioner("local-tmpfs", Sort.TMPFS, directory, sized));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> obstacle() {
        return switch (sort) {
            case PATH -> Optional.empty();
            case LOOP -> sized.obstacle(true);
            case TMPFS -> sized.obstacle(false);
        };
    }

    private Path path(VolumeId id) {
        return root.resolve(id.tenant()).resolve(id.uid());
    }

    @Override
    public Path provision(VolumeRequest request) {
        obstacle().ifPresent(why -> {
            throw new IllegalStateException(name + " cannot make volumes on this node, where " + why);
        });
        Path path = path(request.id());
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            if (sort == Sort.LOOP) {
                sized.disk(path, request.bytes());
            } else if (sort == Sort.TMPFS) {
                sized.memory(path, request.bytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Volume " + request.id() + " cannot be made: " + e.getMessage(), e);
        }
        return path;
    }

    @Override
    public void delete(VolumeId id) {
        Path path = path(id);
        try {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                sized.release(path);
            }
            SizedVolumes.discard(path);
            Volumes.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Volume " + id + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    @Override
    public List<VolumeId> list() {
        TreeSet<VolumeId> found = new TreeSet<>();
        try {
            for (Path tenant : children(root)) {
                for (Path volume : children(tenant)) {
                    // No uid has a dot in it.
                    String uid = volume.getFileName().toString().split("\\.", 2)[0];
                    found.add(new VolumeId(tenant.getFileName().toString(), uid));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Volumes cannot be listed: " + e.getMessage(), e);
        }
        return new ArrayList<>(found);
    }

    private static List<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    @Override
    public Optional<VolumeUsage> usage(VolumeId id) {
        Path path = path(id);
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            FileStore store = Files.getFileStore(path);
            long used = sort == Sort.PATH ? used(path) : store.getTotalSpace() - store.getUnallocatedSpace();
            return Optional.of(new VolumeUsage(used, store.getTotalSpace()));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static long used(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(p -> Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(p -> p.toFile().length())
                    .sum();
        }
    }
}

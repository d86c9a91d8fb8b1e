package com.example.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.kochab.spi.volume.VolumeId;
import org.kochab.spi.volume.VolumeProvisioner;
import org.kochab.spi.volume.VolumeRequest;
import org.kochab.spi.volume.VolumeUsage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Directories on a disk that the configuration {@code com.example.disk} names: {@code DIRECTORY/TENANT/UID}. */
@Component(service = VolumeProvisioner.class, configurationPid = "com.example.disk")
public final class DiskVolumes implements VolumeProvisioner {
    /** Its configuration. */
    public @interface Config {
        /** Where the disk is mounted; nothing is made as long as it is not there. */
        String directory() default "/srv/volumes";
    }

    private final Path directory;

    @Activate
    public DiskVolumes(Config config) {
        this(Path.of(config.directory()));
    }

    DiskVolumes(Path directory) {
        this.directory = directory.toAbsolutePath();
    }

    @Override
    public String name() {
        return "disk.example.com";
    }

    @Override
    public Optional<String> obstacle() {
        return Files.isDirectory(directory) ? Optional.empty() : Optional.of("there is no " + directory);
    }

    private Path path(VolumeId id) {
        return directory.resolve(id.tenant()).resolve(id.uid());
    }

    @Override
    public Path provision(VolumeRequest request) {
        if (obstacle().isPresent()) {
            // The disk itself must never be made: data would go to the one below it.
            throw new IllegalStateException("Disk " + directory + " is not mounted.");
        }
        Path path = path(request.id());
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path.getParent());
                if (Files.getFileStore(directory).getUsableSpace() < request.bytes()) {
                    throw new IllegalStateException(
                            "Disk " + directory + " has less than " + request.bytes() + " bytes free.");
                }
                Files.createDirectory(path);
            }
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException("Volume " + request.id() + " cannot be made: " + e.getMessage(), e);
        }
    }

    @Override
    public void delete(VolumeId id) {
        Path path = path(id);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        // Links are deleted, not followed.
        try (Stream<Path> all = Files.walk(path)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Volume " + id + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    @Override
    public List<VolumeId> list() {
        List<VolumeId> found = new ArrayList<>();
        try (Stream<Path> tenants = Files.list(directory)) {
            for (Path tenant : tenants.filter(Files::isDirectory).sorted().toList()) {
                try (Stream<Path> volumes = Files.list(tenant)) {
                    volumes.sorted()
                            .forEach(v -> found.add(new VolumeId(
                                    tenant.getFileName().toString(),
                                    v.getFileName().toString())));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("Disk " + directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<VolumeUsage> usage(VolumeId id) {
        Path path = path(id);
        if (!Files.isDirectory(path)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.walk(path)) {
            long used = all.filter(p -> Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(p -> p.toFile().length())
                    .sum();
            return Optional.of(new VolumeUsage(used, Files.getFileStore(path).getTotalSpace()));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}

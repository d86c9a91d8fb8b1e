package org.kochab.agent.internal.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Quantity;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.volume.VolumeId;
import org.kochab.spi.volume.VolumeRequest;

/** Pods' directories and volumes below the agent's data directory. Any thread, one at a time for one pod; blocks for the disk. */
public final class Volumes {
    private static final String VALUES = "values";

    /** Far more than a message to a node takes. */
    private static final long MOST_VALUES = 8 << 20;

    private final Path pods;
    private final SizedVolumes sized;
    private final Provisioners provisioners;

    public Volumes(Path directory, Provisioners provisioners) throws IOException {
        this(directory, provisioners, SizedVolumes.here());
    }

    Volumes(Path directory, Provisioners provisioners, SizedVolumes sized) throws IOException {
        this.sized = sized;
        this.provisioners = provisioners;
        pods = Files.createDirectories(directory.resolve("pods"));
    }

    public Path taskDirectory(String uid, String container, int attempt) {
        return pods.resolve(uid).resolve("tasks").resolve(container + "-" + attempt);
    }

    /** Makes what a container mounts. */
    public List<TaskSpec.Mount> mounts(PodDocument pod, Container container) {
        List<TaskSpec.Mount> mounts = new ArrayList<>();
        for (Container.VolumeMount mount : container.volumeMounts()) {
            PodSpec.Volume volume = pod.spec().volumes().stream()
                    .filter(v -> v.name().equals(mount.name()))
                    .findFirst()
                    .orElseThrow(() -> new RuntimeFailure(
                            RuntimeFailure.Code.INVALID,
                            "volumeMounts: '" + mount.name() + "' is not among spec.volumes"));
            mounts.add(new TaskSpec.Mount(
                    below(source(pod, volume), mount),
                    mount.mountPath(),
                    Boolean.TRUE.equals(mount.readOnly()) || isReadOnly(volume)));
        }
        return mounts;
    }

    private Path source(PodDocument pod, PodSpec.Volume volume) {
        if (volume.persistentVolumeClaim() != null) {
            return claimed(pod.tenant(), volume, volume.persistentVolumeClaim());
        }
        if (isGiven(volume)) {
            return files(pod, volume);
        }
        return volume.hostPath() != null ? hostPath(volume) : emptyDir(pod.uid(), volume);
    }

    private static boolean isGiven(PodSpec.Volume volume) {
        return volume.configMap() != null || volume.secret() != null;
    }

    private static boolean isReadOnly(PodSpec.Volume volume) {
        PodSpec.ClaimedVolume claim = volume.persistentVolumeClaim();
        return isGiven(volume) || claim != null && Boolean.TRUE.equals(claim.readOnly());
    }

    private Path claimed(String tenant, PodSpec.Volume volume, PodSpec.ClaimedVolume claim) {
        PodSpec.ProvisionedVolume provisioned = claim.volume();
        if (provisioned == null) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    "volume " + volume.name() + ": claim " + claim.claimName() + " has come without its volume");
        }
        VolumeId id;
        try {
            id = new VolumeId(tenant, provisioned.uid());
        } catch (IllegalArgumentException e) {
            throw invalid(volume.name(), String.valueOf(e.getMessage()));
        }
        return provisioners.provision(
                provisioned.provisioner(), new VolumeRequest(id, provisioned.bytes(), provisioned.parameters()));
    }

    /** Below a directory that is the agent's alone; secrets are in memory where that can be mounted. */
    private Path files(PodDocument pod, PodSpec.Volume volume) {
        Path all = pods.resolve(pod.uid()).resolve(VALUES);
        Path directory = all.resolve(volume.name());
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                Files.setPosixFilePermissions(all, PosixFilePermissions.fromString("rwx------"));
            }
            if (volume.secret() != null && sized.obstacle(false).isEmpty()) {
                sized.memory(directory, MOST_VALUES);
            }
            ValueFiles.write(directory, pod.files().getOrDefault(volume.name(), List.of()));
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "volume " + volume.name() + ": " + e, e);
        }
        return directory;
    }

    private static Path below(Path source, Container.VolumeMount mount) {
        if (mount.subPath() == null || mount.subPath().isEmpty()) {
            return source;
        }
        Path sub = source.resolve(mount.subPath()).normalize();
        if (!sub.startsWith(source)) {
            throw invalid(mount.name(), "subPath must stay within the volume");
        }
        try {
            Path made = Files.exists(sub) ? sub : Files.createDirectories(sub);
            if (!made.toRealPath().startsWith(source.toRealPath())) {
                throw invalid(mount.name(), "subPath must stay within the volume");
            }
            return made;
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "subPath of " + mount.name() + ": " + e, e);
        }
    }

    private static Path hostPath(PodSpec.Volume volume) {
        Path path = Path.of(volume.hostPath().path());
        String type = volume.hostPath().type() == null ? "" : volume.hostPath().type();
        if (!path.isAbsolute()) {
            throw invalid(volume.name(), "hostPath.path must be absolute");
        }
        try {
            switch (type) {
                case "DirectoryOrCreate" -> Files.createDirectories(path);
                case "FileOrCreate" -> {
                    if (!Files.exists(path)) {
                        Files.createFile(path);
                    }
                }
                default -> {}
            }
        } catch (IOException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "volume " + volume.name() + ": cannot make " + path + ": " + e, e);
        }
        boolean right =
                switch (type) {
                    case "Directory", "DirectoryOrCreate" -> Files.isDirectory(path);
                    case "File", "FileOrCreate" -> Files.isRegularFile(path);
                    case "" -> Files.exists(path);
                    default -> Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
                };
        if (!right) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    "volume " + volume.name() + ": " + path + " is not there or not of type '" + type
                            + "': make it on the node");
        }
        return path;
    }

    private static RuntimeFailure invalid(String volume, String why) {
        return new RuntimeFailure(RuntimeFailure.Code.INVALID, "volume " + volume + ": " + why);
    }

    private Path emptyDir(String uid, PodSpec.Volume volume) {
        Path directory = pods.resolve(uid).resolve("volumes").resolve(volume.name());
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            mount(directory, volume.emptyDir());
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "volume " + volume.name() + ": " + e, e);
        }
        return directory;
    }

    private void mount(Path directory, PodSpec.@Nullable EmptyDir volume) throws IOException {
        if (volume == null) {
            return;
        }
        String limit = volume.sizeLimit();
        Long bytes = limit == null ? null : Quantity.parse(limit).units();
        if (bytes != null && bytes <= 0) {
            throw new RuntimeFailure(RuntimeFailure.Code.INVALID, "emptyDir.sizeLimit: must be more than 0");
        }
        if ("Memory".equals(volume.medium())) {
            // Without a limit and the right to mount, the pod gets a directory on disk: slower, but what it is for.
            if (bytes != null || sized.obstacle(false).isEmpty()) {
                require(false);
                sized.memory(directory, bytes);
            }
        } else if (bytes != null) {
            require(true);
            if (bytes < SizedVolumes.SMALLEST) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.INVALID, "emptyDir.sizeLimit: a volume on disk has at least 1Mi");
            }
            sized.disk(directory, bytes);
        }
    }

    private void require(boolean disk) {
        sized.obstacle(disk).ifPresent(why -> {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "emptyDir.sizeLimit cannot be enforced on this node, where " + why
                            + ": provide that, or remove sizeLimit");
        });
    }

    /** Deletes the directory of one run of a container. */
    public void discard(String uid, String container, int attempt) {
        try {
            delete(taskDirectory(uid, container, attempt));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes all of a pod. Nothing of it may run. */
    public void discard(String uid) throws IOException {
        Path pod = pods.resolve(uid);
        for (Path volumes : List.of(pod.resolve("volumes"), pod.resolve(VALUES))) {
            release(volumes);
        }
        delete(pod);
    }

    private void release(Path volumes) throws IOException {
        if (Files.isDirectory(volumes)) {
            try (Stream<Path> all = Files.list(volumes)) {
                for (Path volume : all.filter(v -> Files.isDirectory(v, LinkOption.NOFOLLOW_LINKS))
                        .toList()) {
                    sized.release(volume);
                }
            }
        }
    }

    /** All below it; what is linked to from there is left alone. */
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        // Symbolic links are deleted, not followed: a pod must not reach outside its directory.
        try (Stream<Path> all = Files.walk(root)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}

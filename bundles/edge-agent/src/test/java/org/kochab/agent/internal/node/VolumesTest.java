package org.kochab.agent.internal.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.runtime.RuntimeFailure;

/** Volumes of a size, with real mounts. */
final class VolumesTest {
    private static final String UID = "volumes-test";
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private static void mountsArePossible() throws Exception {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name"))
                        && Files.exists(Path.of("/dev/loop-control"))
                        && run("unshare", "--mount", "true") == 0
                        && run("sh", "-c", "command -v mkfs.ext4") == 0,
                "nothing can be mounted here: it takes root, loop devices and mkfs.ext4");
    }

    private Volumes volumes() throws IOException {
        return new Volumes(directory, new Provisioners(LocalProvisioner.all(directory)));
    }

    @AfterEach
    void unmount() throws Exception {
        volumes().discard(UID);
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private static Path mount(Volumes volumes, String medium, String limit) {
        Container container = Container.builder()
                .name("main")
                .volumeMounts(List.of(new Container.VolumeMount("data", "/data", null, null)))
                .build();
        PodSpec.Volume volume = new PodSpec.Volume("data", new PodSpec.EmptyDir(medium, limit), null);
        return volumes.mounts(document(volume), container).get(0).source();
    }

    private static PodDocument document(PodSpec.Volume volume) {
        PodSpec spec = PodSpec.builder()
                .runtimeClassName("process")
                .volumes(List.of(volume))
                .build();
        return new PodDocument(UID, "acme", "default", "pod", Map.of(), spec);
    }

    private static PodDocument values(PodSpec.Volume volume, PodDocument.VolumeFile... files) {
        return new PodDocument(
                UID,
                "acme",
                "default",
                "pod",
                Map.of(),
                document(volume).spec(),
                Map.of(volume.name(), List.of(files)));
    }

    private static PodDocument.VolumeFile file(String path, Integer mode, String text) {
        return new PodDocument.VolumeFile(
                path, mode, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static final Container READER = Container.builder()
            .name("main")
            .volumeMounts(List.of(new Container.VolumeMount("data", "/data", null, null)))
            .build();

    @Test
    void configMapsBecomeFilesThatOthersCannotReach() throws Exception {
        PodSpec.Volume volume = new PodSpec.Volume(
                "data", null, null, null, new PodSpec.ConfigMapSource("settings", List.of(), null, null), null);
        PodDocument pod = values(volume, file("a.conf", null, "one"), file("sub/b.conf", 0400, "two"));
        var mount = volumes().mounts(pod, READER).get(0);

        assertThat(mount.readOnly()).isTrue();
        assertThat(mount.source().resolve("a.conf")).hasContent("one");
        assertThat(Files.getPosixFilePermissions(mount.source().resolve("a.conf")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(mount.source().resolve("sub/b.conf")).hasContent("two");
        assertThat(Files.getPosixFilePermissions(mount.source().resolve("sub/b.conf")))
                .isEqualTo(PosixFilePermissions.fromString("r--------"));
        assertThat(Files.getPosixFilePermissions(mount.source().getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(volumes().mounts(pod, READER)).containsExactly(mount);

        Container one = READER.toBuilder()
                .volumeMounts(List.of(new Container.VolumeMount("data", "/etc/one", null, "a.conf")))
                .build();
        assertThat(volumes().mounts(pod, one).get(0).source()).hasContent("one");
        assertThatThrownBy(() -> volumes().mounts(values(volume, file("../x", null, "")), READER))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("must stay within the volume");
    }

    @Test
    void secretsAreInMemoryAndGoWithTheirPod() throws Exception {
        mountsArePossible();
        PodSpec.Volume volume = new PodSpec.Volume(
                "data", null, null, null, null, new PodSpec.SecretSource("login", List.of(), null, null));
        Path source = volumes()
                .mounts(values(volume, file("password", 0400, "swordfish")), READER)
                .get(0)
                .source();
        assertThat(source.resolve("password")).hasContent("swordfish");
        assertThat(mounts()).singleElement().asString().contains("tmpfs");
        volumes().discard(UID);
        assertThat(mounts()).isEmpty();
        assertThat(source).doesNotExist();
    }

    private static List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains("/pods/" + UID + "/"))
                .toList();
    }

    /** Files that loop devices of this machine are made of. */
    private static boolean loops(Path image) throws IOException {
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : devices) {
                if (backing(device).startsWith(image.toRealPath().getParent().toString())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Empty for one that is not used, or not any more: others use some, too. */
    private static String backing(Path device) {
        try {
            return Files.readString(device.resolve("loop/backing_file"));
        } catch (IOException e) {
            return "";
        }
    }

    /** Bytes of the disk that a directory takes, without what is mounted in it. What others write at the same time does not count. */
    private static long onDisk(Path directory) throws Exception {
        return Long.parseLong(output("du", "--summarize", "--one-file-system", "--block-size=1", directory.toString())
                .split("\\s")[0]);
    }

    private void writesBeyond(Path volume, long limit) throws Exception {
        assertThat(output("dd", "if=/dev/zero", "of=" + volume.resolve("much"), "bs=64k", "count=" + limit / 65536 * 4))
                .contains("No space left on device");
        assertThat(Files.size(volume.resolve("much"))).isBetween(limit * 3 / 4, limit);
        assertThat(onDisk(directory)).isLessThan(limit + 64 * MIB);
        Files.write(directory.resolve("elsewhere"), new byte[(int) MIB]);
    }

    @Test
    void aVolumeOnDiskEndsAtItsLimit() throws Exception {
        mountsArePossible();
        Path volume = mount(volumes(), null, "32Mi");
        assertThat(volume).isEmptyDirectory();
        assertThat(Files.getPosixFilePermissions(volume)).hasSize(9);
        writesBeyond(volume, 32 * MIB);
    }

    @Test
    void aVolumeInMemoryEndsAtItsLimit() throws Exception {
        mountsArePossible();
        writesBeyond(mount(volumes(), "Memory", "8Mi"), 8 * MIB);
    }

    @Test
    void whatIsMountedIsTakenAsItIs() throws Exception {
        mountsArePossible();
        for (String medium : new String[] {"Memory", ""}) {
            Path volume = mount(volumes(), medium, "4Mi");
            Files.writeString(volume.resolve("kept"), "text");
            assertThat(mount(volumes(), medium, "4Mi")).isEqualTo(volume);
            assertThat(mounts()).hasSize(1);
            assertThat(volume.resolve("kept")).hasContent("text");
            volumes().discard(UID);
            assertThat(mounts()).isEmpty();
        }
    }

    @Test
    void whatARebootHasUnmountedIsMountedAgain() throws Exception {
        mountsArePossible();
        Path volume = mount(volumes(), "", "4Mi");
        Files.writeString(volume.resolve("kept"), "text");
        assertThat(run("umount", volume.toString())).isZero();
        assertThat(volume).isEmptyDirectory();
        mount(volumes(), "", "4Mi");
        assertThat(volume.resolve("kept")).hasContent("text");
    }

    @Test
    void nothingIsLeftOfADiscardedPod() throws Exception {
        mountsArePossible();
        Volumes volumes = volumes();
        Path volume = mount(volumes, "", "4Mi");
        assertThat(loops(volume)).isTrue();
        // A task of another pod, started meanwhile, has a copy of all mounts.
        Process other = new ProcessBuilder(
                        "unshare", "--mount", "--propagation", "private", "sh", "-c", "echo ready; exec sleep 1000")
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("ready");
            volumes.discard(UID);
            volumes.discard(UID);
            assertThat(directory.resolve("pods").resolve(UID)).doesNotExist();
            assertThat(mounts()).isEmpty();
            assertThat(loops(directory.resolve("pods"))).isFalse();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatWasHalfMadeIsMadeAnew() throws Exception {
        mountsArePossible();
        Path half = directory.resolve("pods").resolve(UID).resolve("volumes/data.img.new");
        Files.createDirectories(half.getParent());
        Files.writeString(half, "half");
        assertThat(mount(volumes(), "", "4Mi")).isEmptyDirectory();
        assertThat(half).doesNotExist();
    }

    @Test
    void whatCannotBeEnforcedIsRefused() throws Exception {
        Volumes volumes = new Volumes(directory, new Provisioners(List.of()), new SizedVolumes(false));
        for (String medium : new String[] {"Memory", ""}) {
            refuses(volumes, medium, "4Mi", "cannot be enforced on this node, where the agent is not root");
        }
        assertThat(mount(volumes, "Memory", null)).isEmptyDirectory();
    }

    @Test
    void sizesThatMakeNoSenseAreRefused() throws Exception {
        mountsArePossible();
        refuses(volumes(), "Memory", "0", "must be more than 0");
        refuses(volumes(), "", "0", "must be more than 0");
        refuses(volumes(), "", "1000", "at least 1Mi");
    }

    private static void refuses(Volumes volumes, String medium, String limit, String why) {
        assertThatThrownBy(() -> mount(volumes, medium, limit))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(RuntimeFailure.Code.INVALID))
                .hasMessageContaining("emptyDir.sizeLimit")
                .hasMessageContaining(why);
    }
}

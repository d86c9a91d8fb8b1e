package org.kochab.testkit.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.spi.volume.VolumeId;
import org.kochab.spi.volume.VolumeProvisioner;
import org.kochab.spi.volume.VolumeRequest;

/** What {@link VolumeProvisioner} promises. A vendor's test extends it; where its provisioner says that there is an {@link VolumeProvisioner#obstacle} it is skipped. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class VolumeProvisionerContractTest {
    private static final VolumeId ONE = new VolumeId("acme", "7d0ce9a4-4a51-4d3c-9d52-f2f2f2a60001");
    private static final VolumeId SAME_UID_OF_ANOTHER = new VolumeId("globex", ONE.uid());
    private static final VolumeId TWO = new VolumeId("acme", "7d0ce9a4-4a51-4d3c-9d52-f2f2f2a60002");
    private static final long BYTES = 16L << 20;

    private VolumeProvisioner provisioner;

    /** One that has no volumes at the beginning of a test. Called again in the same test it finds those of the first, as after a restart of the agent. */
    protected abstract VolumeProvisioner provisioner();

    /** Of its StorageClass. */
    protected Map<String, String> parameters() {
        return Map.of();
    }

    /** Whether a volume takes no more than it was asked for. */
    protected boolean limitsSize() {
        return false;
    }

    @BeforeEach
    final void begin() {
        provisioner = provisioner();
        provisioner.obstacle().ifPresent(why -> Assumptions.abort("not here: " + why));
        assertThat(provisioner.list()).isEmpty();
    }

    @AfterEach
    final void clean() {
        provisioner.list().forEach(provisioner::delete);
    }

    private Path make(VolumeId id) {
        return provisioner.provision(new VolumeRequest(id, BYTES, parameters()));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    @Test
    void itsNameIsOne() {
        assertThat(provisioner.name()).matches("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
        assertThat(provisioner().name()).isEqualTo(provisioner.name());
    }

    @Test
    void aNewVolumeIsAnEmptyDirectoryForEverybody() throws Exception {
        Path path = make(ONE);
        assertThat(path).isAbsolute().isDirectory();
        assertThat(children(path)).isEmpty();
        assertThat(Files.getPosixFilePermissions(path)).hasSize(9);
        assertThat(provisioner.list()).containsExactly(ONE);
    }

    @Test
    void whatIsThereIsTakenAsItIs() throws Exception {
        Files.writeString(make(ONE).resolve("kept"), "words");
        Path again = provisioner.provision(new VolumeRequest(ONE, BYTES * 2, Map.of()));
        assertThat(read(again.resolve("kept"))).isEqualTo("words");
        Path later = provisioner().provision(new VolumeRequest(ONE, BYTES, parameters()));
        assertThat(later).isEqualTo(again);
        assertThat(read(later.resolve("kept"))).isEqualTo("words");
    }

    @Test
    void volumesOfTwoTenantsAreNeverTheSame() throws Exception {
        Files.writeString(make(ONE).resolve("mine"), "words");
        assertThat(children(make(SAME_UID_OF_ANOTHER))).isEmpty();
        assertThat(provisioner.list()).containsExactly(ONE, SAME_UID_OF_ANOTHER);
        provisioner.delete(SAME_UID_OF_ANOTHER);
        assertThat(read(make(ONE).resolve("mine"))).isEqualTo("words");
    }

    @Test
    void aDeletedVolumeIsGoneWithItsDataAndNothingElseIs() throws Exception {
        Path outside = Files.createTempFile("kochab", "outside");
        try {
            Path one = make(ONE);
            Files.writeString(make(TWO).resolve("other"), "words");
            Files.createDirectories(one.resolve("deep/er"));
            Files.writeString(one.resolve("deep/er/file"), "gone");
            Files.createSymbolicLink(one.resolve("link"), outside);
            provisioner.delete(ONE);
            assertThat(provisioner.list()).containsExactly(TWO);
            assertThat(outside).exists();
            assertThat(read(make(TWO).resolve("other"))).isEqualTo("words");
            assertThat(children(make(ONE))).isEmpty();
        } finally {
            Files.deleteIfExists(outside);
        }
    }

    @Test
    void deletingWhatIsNotThereIsDone() {
        provisioner.delete(ONE);
        make(ONE);
        provisioner.delete(ONE);
        provisioner().delete(ONE);
        assertThat(provisioner.list()).isEmpty();
    }

    @Test
    void manyAtOnceAreMadeAndDeleted() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                VolumeId id = new VolumeId("acme", "many-" + i);
                all.add(threads.submit(() -> {
                    Files.writeString(make(id).resolve("name"), id.uid());
                    assertThat(read(make(id).resolve("name"))).isEqualTo(id.uid());
                    provisioner.delete(id);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(provisioner.list()).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void usageGrowsAndIsThereOnlyForWhatIsThere() throws Exception {
        assertThat(provisioner.usage(ONE)).isEmpty();
        Path path = make(ONE);
        long before = provisioner.usage(ONE).orElseThrow().used();
        Files.write(path.resolve("much"), new byte[4 << 20]);
        assertThat(provisioner.usage(ONE).orElseThrow()).satisfies(u -> {
            assertThat(u.used()).isBetween(before + (4 << 20), before + (5 << 20));
            assertThat(u.capacity()).isGreaterThanOrEqualTo(u.used());
        });
    }

    @Test
    void aVolumeOfASizeEndsThere() throws Exception {
        Assumptions.assumeTrue(limitsSize(), "its volumes have no size");
        Path much = make(ONE).resolve("much");
        try {
            for (int i = 0; i < 2 * BYTES >> 20; i++) {
                Files.write(
                        much,
                        new byte[1 << 20],
                        java.nio.file.StandardOpenOption.CREATE,
                        java.nio.file.StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
        assertThat(Files.size(much)).isBetween(BYTES / 2, BYTES);
    }
}

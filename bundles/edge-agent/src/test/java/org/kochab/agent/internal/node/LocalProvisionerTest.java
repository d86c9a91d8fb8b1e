package org.kochab.agent.internal.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.volume.VolumeId;
import org.kochab.spi.volume.VolumeProvisioner;
import org.kochab.spi.volume.VolumeRequest;
import org.kochab.testkit.volume.VolumeProvisionerContractTest;

/** The agent's own volumes, with real mounts, keep the contract that vendors' are tested for. */
class LocalProvisionerTest {
    private abstract static class Contract extends VolumeProvisionerContractTest {
        @TempDir
        Path directory;

        abstract int which();

        @Override
        protected VolumeProvisioner provisioner() {
            return LocalProvisioner.all(directory).get(which());
        }

        @Override
        protected boolean limitsSize() {
            return which() > 0;
        }
    }

    @Nested
    class Paths extends Contract {
        @Override
        int which() {
            return 0;
        }
    }

    @Nested
    class Loops extends Contract {
        @Override
        int which() {
            return 1;
        }
    }

    @Nested
    class Memory extends Contract {
        @Override
        int which() {
            return 2;
        }
    }

    @TempDir
    Path directory;

    private static final VolumeId ID = new VolumeId("acme", "v");

    @AfterEach
    void clean() {
        LocalProvisioner.all(directory).forEach(p -> p.delete(ID));
    }

    /** A restart of the machine unmounts, and leaves the image. */
    @Test
    void aVolumeIsMountedAgainAfterARestartOfTheMachine() throws Exception {
        VolumeProvisioner loops = LocalProvisioner.all(directory).get(1);
        org.junit.jupiter.api.Assumptions.assumeTrue(loops.obstacle().isEmpty());
        VolumeRequest request = new VolumeRequest(ID, 8 << 20, Map.of());
        Path path = loops.provision(request);
        Files.writeString(path.resolve("kept"), "words");
        SizedVolumes.here().release(path);
        assertThat(path).isEmptyDirectory();
        assertThat(loops.provision(request).resolve("kept")).hasContent("words");
    }

    @Test
    void whoIsNotRootSaysWhyThereAreNone() {
        VolumeProvisioner loops =
                new LocalProvisioner("local-loop", LocalProvisioner.Sort.LOOP, directory, new SizedVolumes(false));
        assertThat(loops.obstacle()).hasValueSatisfying(why -> assertThat(why).contains("not root"));
        assertThatThrownBy(() -> loops.provision(new VolumeRequest(ID, 1, Map.of())))
                .hasMessageContaining("local-loop cannot make volumes on this node");
        assertThat(new Provisioners(List.of(loops)).labels()).isEmpty();
    }

    @Test
    void theFirstOfANameServesAndTheSecondWaits() {
        VolumeProvisioner own = LocalProvisioner.all(directory).get(0);
        VolumeProvisioner other = new LocalProvisioner(
                "local-path", LocalProvisioner.Sort.PATH, directory.resolve("other"), SizedVolumes.here());
        Provisioners all = new Provisioners(List.of(own));
        all.add(other);
        all.probe(other);
        assertThat(all.labels()).containsExactly(Map.entry("volume.kochab.org/local-path", "true"));
        VolumeRequest request = new VolumeRequest(ID, 1, Map.of());
        assertThat(all.provision("local-path", request)).startsWith(directory.resolve("volumes"));
        all.remove(own);
        assertThat(all.provision("local-path", request)).startsWith(directory.resolve("other"));
        all.remove(other);
        assertThat(all.labels()).isEmpty();
        assertThatThrownBy(() -> all.provision("local-path", request))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("provisioner local-path is not on this node");
        assertThatThrownBy(() -> all.delete("local-path", ID)).hasMessageContaining("is not on this node");
    }

    @Test
    void namesOfPlacesElsewhereAreNoVolumes() {
        for (String bad : List.of("..", "a/b", "", "a.img")) {
            assertThatThrownBy(() -> new VolumeId("acme", bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new VolumeId(bad, "v")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}

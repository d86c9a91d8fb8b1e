package com.example.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.volume.VolumeId;
import org.kochab.spi.volume.VolumeProvisioner;
import org.kochab.spi.volume.VolumeRequest;
import org.kochab.testkit.volume.VolumeProvisionerContractTest;

class DiskVolumesTest extends VolumeProvisionerContractTest {
    @TempDir
    Path disk;

    @Override
    protected VolumeProvisioner provisioner() {
        return new DiskVolumes(disk);
    }

    @Test
    void nothingIsMadeWithoutTheDisk() {
        VolumeProvisioner none = new DiskVolumes(disk.resolve("missing"));
        assertThat(none.obstacle()).isPresent();
        assertThatThrownBy(() -> none.provision(new VolumeRequest(new VolumeId("acme", "v"), 1, Map.of())))
                .hasMessageContaining("is not mounted");
        assertThat(disk.resolve("missing")).doesNotExist();
    }
}

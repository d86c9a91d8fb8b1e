package org.kochab.hosttasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.runtime.RuntimeFailure;

class DeviceNodesTest {
    @TempDir
    private Path directory;

    private Path node;
    private long owner;
    private long group;

    @BeforeEach
    void begin() throws IOException {
        node = Files.createFile(directory.resolve("ttyUSB0"));
        owner = (Integer) Files.getAttribute(node, "unix:uid");
        group = (Integer) Files.getAttribute(node, "unix:gid");
    }

    private void mode(String permissions) throws IOException {
        Files.setPosixFilePermissions(node, PosixFilePermissions.fromString(permissions));
    }

    private void check(String target, String permissions, long uid, long gid) {
        DeviceNodes.check(new DeviceAccess.Node(node, target, permissions), uid, gid);
    }

    @Test
    void whoMayOpenItGetsIt() throws IOException {
        mode("rw-rw----");
        assertThatCode(() -> check(node.toString(), "rw", owner, group)).doesNotThrowAnyException();
        assertThatCode(() -> check(node.toString(), "rwm", owner + 1, group)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(node.toString(), "rw", owner + 1, group + 1))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("cannot be opened by user " + (owner + 1))
                .hasMessageContaining("it belongs to user " + owner + " and group " + group);
        mode("r--r--rw-");
        assertThatCode(() -> check(node.toString(), "rw", owner + 1, group + 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(node.toString(), "rw", owner + 1, group)).isInstanceOf(RuntimeFailure.class);
    }

    @Test
    void whatAProcessCannotHaveIsRefused() {
        assertThatThrownBy(() -> check("/dev/other", "rw", owner, group))
                .hasMessageContaining("a process sees the node's own files");
        assertThatThrownBy(() -> check(node.toString(), "r", owner, group))
                .hasMessageContaining("cannot be enforced for a process");
    }

    @Test
    void whatIsNotThereMayCome() throws IOException {
        Files.delete(node);
        assertThatThrownBy(() -> check(node.toString(), "rw", owner, group))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(RuntimeFailure.Code.TEMPORARY));
    }
}

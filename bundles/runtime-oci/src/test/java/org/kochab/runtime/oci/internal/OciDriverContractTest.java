package org.kochab.runtime.oci.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.testkit.runtime.Chore;
import org.kochab.testkit.runtime.RuntimeDriverContractTest;

/** Public, for the process that starts a task and is killed. */
public final class OciDriverContractTest extends RuntimeDriverContractTest {
    static final String IMAGE = "localhost/kochab-test:1";

    @BeforeAll
    static void image() throws IOException {
        Assumptions.assumeTrue(Sandboxes.missing().isEmpty(), Sandboxes.missing());
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "apt-get install busybox-static");
        build(new Podman(settings(base().resolve("state"))), base().resolve("image"));
    }

    static void build(Podman podman, Path context) throws IOException {
        Files.createDirectories(context);
        Files.copy(Path.of("/bin/busybox"), context.resolve("busybox"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
                context.resolve("Containerfile"),
                "FROM scratch\nCOPY busybox /bin/busybox\nCOPY busybox /bin/sh\nCOPY busybox /bin/sleep\nENV PATH=/bin\n");
        Podman.Result built = podman.call(
                Duration.ofSeconds(50), "build", "--quiet", "--network", "none", "--tag", IMAGE, context.toString());
        assertThat(built.ok()).as(built.error()).isTrue();
    }

    static Settings settings(Path state) {
        return new Settings(
                state,
                state.resolveSibling("images"),
                "10.79.0.0/24",
                "kochabt0",
                "127.0.0.1",
                List.of("docker.io"),
                256,
                1 << 20,
                false);
    }

    private static Path base() {
        return Path.of("target/oci-contract").toAbsolutePath();
    }

    @Override
    public RuntimeDriver open(Path state) throws IOException {
        return new OciDriver(settings(state));
    }

    @Override
    public void close(RuntimeDriver driver) {
        ((OciDriver) driver).close();
    }

    @Override
    public Path home() {
        return base();
    }

    @Override
    public Container container(Chore chore) {
        return container(List.of("sh", "-c", chore.script()));
    }

    @Override
    public Container unknownCommand() {
        return container(List.of("no-such-command-" + UUID.randomUUID()));
    }

    static Container container(List<String> command) {
        return Container.builder().name("main").image(IMAGE).command(command).build();
    }
}

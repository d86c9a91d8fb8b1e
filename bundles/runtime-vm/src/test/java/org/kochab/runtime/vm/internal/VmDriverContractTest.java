package org.kochab.runtime.vm.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.kochab.api.link.Digests;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.testkit.process.TestProcess;
import org.kochab.testkit.runtime.Abilities;
import org.kochab.testkit.runtime.Chore;
import org.kochab.testkit.runtime.RuntimeDriverContractTest;

/** Public, for the process that starts a task and is killed. */
public final class VmDriverContractTest extends RuntimeDriverContractTest {
    static final int USER = 64_055;

    @BeforeAll
    static void qemu() {
        Assumptions.assumeTrue(VmDriver.missing().isEmpty(), VmDriver.missing());
    }

    static Settings settings(Path state, String accelerator) {
        return new Settings(
                state,
                state.resolveSibling("images"),
                "kochab-test-vm-" + TestProcess.number(),
                "127.0.0.1",
                accelerator,
                USER,
                256 << 20,
                256,
                64 * 1024);
    }

    /** A disk of the guest that runs this script. */
    static Container guest(Path images, String script) {
        String name = Digests.of(script.getBytes(StandardCharsets.UTF_8)).substring(0, 12) + ".raw";
        try {
            Files.createDirectories(images);
            Path whole = images.resolve(name);
            if (!Files.exists(whole)) {
                Path fresh = Files.createTempFile(images, "new", ".tmp");
                Files.write(fresh, ScriptGuest.disk(script));
                Files.move(fresh, whole, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return container(name, "16Mi", List.of());
    }

    static Container container(String image, String memory, List<Container.Port> ports) {
        return Container.builder()
                .name("main")
                .image(image)
                .ports(ports)
                .resources(new Container.Resources(Map.of("memory", memory), Map.of()))
                .build();
    }

    @Override
    public RuntimeDriver open(Path state) throws IOException {
        return new VmDriver(settings(state, "tcg"));
    }

    @Override
    public void close(RuntimeDriver driver) {
        ((VmDriver) driver).close();
    }

    @Override
    public Path home() {
        return Path.of("target/vm-contract").toAbsolutePath();
    }

    @Override
    public Container container(Chore chore) {
        return guest(home().resolve("images"), chore.script());
    }

    @Override
    public Container unknownCommand() {
        throw new UnsupportedOperationException("machines have no commands");
    }

    @Override
    public Abilities abilities() {
        return Abilities.OF_MACHINES;
    }
}

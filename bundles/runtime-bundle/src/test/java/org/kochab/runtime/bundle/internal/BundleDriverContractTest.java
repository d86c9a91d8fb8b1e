package org.kochab.runtime.bundle.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.testkit.runtime.Abilities;
import org.kochab.testkit.runtime.Chore;
import org.kochab.testkit.runtime.RuntimeDriverContractTest;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;

/** Public, for the process that starts a task and is killed. */
public final class BundleDriverContractTest extends RuntimeDriverContractTest {
    private @Nullable Framework framework;

    @Override
    public RuntimeDriver open(Path state) throws IOException, BundleException {
        // A framework locks its storage, and that of the killed process may be locked still.
        framework = Fixture.framework(
                state.resolve("felix-" + ProcessHandle.current().pid()));
        return new BundleDriver(framework.getBundleContext(), Fixture.settings(home(), Duration.ofSeconds(60)));
    }

    @Override
    public void close(RuntimeDriver driver) {
        ((BundleDriver) driver).close();
        Fixture.stop(java.util.Objects.requireNonNull(framework));
    }

    @Override
    public Path home() {
        return Path.of("target/bundle-contract").toAbsolutePath();
    }

    @Override
    public Abilities abilities() {
        return new Abilities(false, true, false, false, 1, false, false, false);
    }

    @Override
    public Container container(Chore chore) {
        Jars.write(home().resolve("images/chores.jar"), Jars.chores("com.example.chores"));
        return Fixture.container("chores.jar", chore.name());
    }

    @Override
    public Container unknownCommand() {
        Jars.write(
                home().resolve("images/library.jar"),
                Jars.without(Jars.chores("com.example.library"), "Bundle-Activator"));
        return Fixture.container("library.jar");
    }
}

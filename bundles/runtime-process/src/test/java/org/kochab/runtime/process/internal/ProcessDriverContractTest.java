package org.kochab.runtime.process.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.testkit.runtime.Chore;
import org.kochab.testkit.runtime.RuntimeDriverContractTest;

/** Public, for the process that starts a task and is killed. */
public final class ProcessDriverContractTest extends RuntimeDriverContractTest {
    @Override
    public RuntimeDriver open(Path state) throws IOException {
        return new ProcessDriver(new ProcessDriver.Settings(state, "kochab-test", 256, 64 * 1024));
    }

    @Override
    public void close(RuntimeDriver driver) {
        ((ProcessDriver) driver).close();
    }

    @Override
    public Path home() {
        return Path.of("target/process-contract").toAbsolutePath();
    }

    @Override
    public Container container(Chore chore) {
        return container(List.of("sh", "-c", chore.script()));
    }

    @Override
    public Container unknownCommand() {
        return container(List.of("no-such-command"));
    }

    static Container container(List<String> command) {
        return Container.builder().name("main").command(command).build();
    }
}

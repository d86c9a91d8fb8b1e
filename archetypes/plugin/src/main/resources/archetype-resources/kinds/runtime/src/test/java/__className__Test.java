package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.testkit.runtime.Abilities;
import org.kochab.testkit.runtime.Chore;
import org.kochab.testkit.runtime.RuntimeDriverContractTest;

/** Public, for the process that starts a task and is killed. */
public final class ${className}Test extends RuntimeDriverContractTest {
    @Override
    public RuntimeDriver open(Path state) throws IOException {
        return new ${className}(state);
    }

    @Override
    public void close(RuntimeDriver driver) {
        ((${className}) driver).close();
    }

    @Override
    public Path home() {
        return Path.of("target/${artifactId}-contract").toAbsolutePath();
    }

    @Override
    public Container container(Chore chore) {
        return Container.of("main", null, List.of("sh", "-c", chore.script()));
    }

    @Override
    public Container unknownCommand() {
        return Container.of("main", null, List.of("no-such-command"));
    }

    /** Processes, but without devices, and without limits that could be changed. */
    @Override
    public Abilities abilities() {
        Abilities all = Abilities.OF_PROCESSES;
        return new Abilities(
                all.outliveAgent(),
                all.hearStop(),
                all.execute(),
                all.endForMemory(),
                all.crashCode(),
                all.machine(),
                false,
                false);
    }

    @Test
    void isChosenByItsKind() throws Exception {
        RuntimeDriver driver = open(home().resolve("other"));
        assertThat(driver.kind()).isEqualTo("${artifactId}");
        close(driver);
    }
}

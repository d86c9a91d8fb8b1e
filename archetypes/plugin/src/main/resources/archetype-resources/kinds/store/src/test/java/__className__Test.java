package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.PartitionStore;
import org.kochab.testkit.store.StoreContractTest;

class ${className}Test extends StoreContractTest {
    @TempDir
    static Path directory;

    @Override
    protected PartitionStore open() throws IOException {
        return new ${className}(directory);
    }

    @Override
    protected PartitionStore reopen(PartitionStore running) throws Exception {
        close(running);
        return open();
    }

    @Override
    protected void close(PartitionStore running) throws Exception {
        ((${className}) running).close();
    }

    @Test
    void saysHowSafeItIs() throws Exception {
        PartitionStore store = new ${className}(directory.resolve("other"));
        assertThat(store.health().durability()).contains("one copy");
        close(store);
    }
}

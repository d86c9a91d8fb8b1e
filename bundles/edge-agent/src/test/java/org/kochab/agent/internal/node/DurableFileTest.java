package org.kochab.agent.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    Path directory;

    @Test
    void whateverIsTornTheLatestWholeGenerationIsRead() throws Exception {
        Path path = directory.resolve("checkpoint");
        DurableFile file = new DurableFile(path);
        assertThat(file.read()).isEmpty();
        file.write("one".getBytes());
        file.write("two".getBytes());
        assertThat(file.read()).hasValueSatisfying(b -> assertThat(b).isEqualTo("two".getBytes()));
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertThat(file.read()).hasValueSatisfying(b -> assertThat(b).isEqualTo("one".getBytes()));
        }
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(path, damaged);
            assertThat(file.read()).hasValueSatisfying(b -> assertThat(b).isEqualTo("one".getBytes()));
        }
        // A damaged generation is not kept as the former one.
        file.write("three".getBytes());
        Files.delete(path);
        assertThat(file.read()).hasValueSatisfying(b -> assertThat(b).isEqualTo("one".getBytes()));
    }
}

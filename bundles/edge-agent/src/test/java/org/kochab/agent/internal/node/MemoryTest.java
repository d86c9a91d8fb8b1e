package org.kochab.agent.internal.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.codec.JacksonCodec;

class MemoryTest {
    private static final long SEED = 1_700_000_000_000L;

    @TempDir
    private Path directory;

    private Memory open() throws IOException {
        return new Memory(directory, new JacksonCodec());
    }

    @Test
    void noBirthComesTwice() throws Exception {
        Memory first = open();
        long last = SEED;
        for (int i = 0; i < 250; i++) {
            long next = first.nextBirth(SEED);
            assertThat(next).isGreaterThan(last);
            last = next;
        }
        // With a clock that is behind: the counter is what counts.
        assertThat(open().nextBirth(0)).isGreaterThan(last);
    }

    @Test
    void reconnectsWithoutWriting() throws Exception {
        Memory memory = open();
        long first = memory.nextBirth(SEED);
        // Nothing can be created where a directory is: as on a full disk.
        Files.createDirectories(directory.resolve("birth.new/in the way"));
        assertThat(memory.nextBirth(SEED)).isEqualTo(first + 1);
        assertThatThrownBy(() -> open().nextBirth(SEED)).isInstanceOf(IOException.class);
    }
}

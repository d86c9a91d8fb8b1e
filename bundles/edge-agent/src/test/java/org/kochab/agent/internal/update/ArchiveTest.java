package org.kochab.agent.internal.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
    @TempDir
    private Path directory;

    private Path archive;
    private Path target;

    @BeforeEach
    void name() {
        archive = directory.resolve("a.tar.gz");
        target = directory.resolve("in/target");
    }

    private void unpack(byte[] bytes) throws Exception {
        Files.createDirectories(target.getParent());
        Files.write(archive, bytes);
        Archive.unpack(archive, target);
    }

    @Test
    void filesKeepTheirContentAndWhetherTheyAreExecuted() throws Exception {
        String deep = "agent/" + "long-name/".repeat(15) + "ä.txt";
        byte[] record = (" path=" + deep + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        unpack(Tar.distribution("2.0")
                .add("pax", 'x', 0644, (record.length + 3) + " path=" + deep + "\n")
                .add("cut", '0', 0644, "deep")
                .bytes());

        assertThat(target.resolve("VERSION")).hasContent("2.0");
        assertThat(target.resolve("bin/run")).isExecutable();
        assertThat(Files.isExecutable(target.resolve("VERSION"))).isFalse();
        assertThat(target.resolve(deep.substring("agent/".length()))).hasContent("deep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent/../../evil", "../evil", "/evil", "agent/./evil", "agent//evil", "agent/a\nb", ""})
    void namesThatLeadElsewhereAreRefused(String name) {
        assertThatThrownBy(() -> unpack(new Tar().add(name, '0', 0644, "x").bytes()))
                .isInstanceOf(UpdateException.class)
                .hasMessageContaining("name");
        assertThat(directory.resolve("evil")).doesNotExist();
        assertThat(directory.resolve("in/evil")).doesNotExist();
    }

    static Stream<Character> otherTypes() {
        return List.of('1', '2', '3', '4', '6', '7', 'K', 'S').stream();
    }

    @ParameterizedTest
    @MethodSource("otherTypes")
    void linksAndDevicesAreRefused(char type) {
        assertThatThrownBy(() -> unpack(new Tar().add("agent/x", type, 0644, "").bytes()))
                .isInstanceOf(UpdateException.class)
                .hasMessageContaining("entry agent/x of the archive is a link");
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItIsWritten() {
        assertThatThrownBy(() -> unpack(
                        new Tar().header("agent/x", '0', 0644, (1L << 30) + 1).bytes()))
                .isInstanceOf(UpdateException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void tooManyEntriesAreRefused() {
        Tar tar = new Tar();
        for (int i = 0; i <= 20_000; i++) {
            tar.add("agent/", '5', 0755, "");
        }
        assertThatThrownBy(() -> unpack(tar.bytes()))
                .isInstanceOf(UpdateException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void noFileComesTwice() {
        assertThatThrownBy(() -> unpack(Tar.distribution("2.0")
                        .add("agent/VERSION", '0', 0644, "x")
                        .bytes()))
                .isInstanceOf(UpdateException.class);
    }

    @Test
    void whateverIsCutOffIsRefused() {
        byte[] whole = Tar.distribution("2.0").bytes();
        for (int length = 0; length < whole.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> {
                        target = directory.resolve("in/" + cut);
                        unpack(Arrays.copyOf(whole, cut));
                    })
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(UpdateException.class);
        }
    }

    @Test
    void whatIsNoArchiveIsRefused() {
        assertThatThrownBy(() -> unpack("<html>".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(UpdateException.class)
                .hasMessageContaining("cannot be unpacked");
        assertThatThrownBy(() -> {
                    target = directory.resolve("in/other");
                    unpack(new Tar()
                            .add("agent/x", '0', 0644, "y".repeat(600))
                            .header("x", '0', 0, 0)
                            .bytes());
                })
                .isInstanceOf(UpdateException.class);
    }
}

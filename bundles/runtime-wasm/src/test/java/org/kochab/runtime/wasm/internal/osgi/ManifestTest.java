package org.kochab.runtime.wasm.internal.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;

/** What Chicory names for Android and for its own compiler's use no framework has: the bundle would not start. */
final class ManifestTest {
    private static final Path CLASSES = Path.of("target/classes");

    @Test
    void nothingIsNeededButContractsTheFrameworkAndALogger() throws Exception {
        try (InputStream in = Files.newInputStream(CLASSES.resolve("META-INF/MANIFEST.MF"))) {
            var main = new Manifest(in).getMainAttributes();
            assertThat(main.getValue("Import-Package")
                            .replaceAll("\"[^\"]*\"", "")
                            .split(","))
                    .allSatisfy(name -> assertThat(name).matches("org\\.(kochab\\.(api|spi)|osgi|slf4j).*"));
            assertThat(Arrays.stream(main.getValue("Bundle-ClassPath").split(",")))
                    .hasSize(11)
                    .allSatisfy(part -> assertThat(CLASSES.resolve(part)).exists());
        }
    }
}

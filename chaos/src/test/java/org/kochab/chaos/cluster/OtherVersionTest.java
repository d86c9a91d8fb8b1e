package org.kochab.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherVersionTest {
    @TempDir
    Path directory;

    @Test
    void changesTheVersionAndNothingElse() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-Version", "1.2.3.SNAPSHOT");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "x");
        Path bundle = directory.resolve("bundle.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(bundle), manifest)) {
            out.putNextEntry(new JarEntry("lib/a"));
            out.write(new byte[] {1, 2, 3});
            out.closeEntry();
        }
        Path other = OtherVersion.of(bundle, directory.resolve("other.jar"));
        try (JarFile jar = new JarFile(other.toFile())) {
            Attributes main = jar.getManifest().getMainAttributes();
            assertThat(main.getValue("Bundle-Version")).isEqualTo("1.2.3.other");
            assertThat(main.getValue("Bundle-SymbolicName")).isEqualTo("x");
            assertThat(jar.getInputStream(jar.getEntry("lib/a")).readAllBytes()).containsExactly(1, 2, 3);
        }
    }
}

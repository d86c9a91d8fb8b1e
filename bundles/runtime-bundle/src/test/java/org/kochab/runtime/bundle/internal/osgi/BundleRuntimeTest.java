package org.kochab.runtime.bundle.internal.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.kochab.runtime.bundle.internal.Settings;

final class BundleRuntimeTest {
    /** The defaults of the annotation, but for these. */
    private static BundleRuntime.Config config(Map<String, Object> values) {
        return (BundleRuntime.Config) Proxy.newProxyInstance(
                BundleRuntime.class.getClassLoader(),
                new Class<?>[] {BundleRuntime.Config.class},
                (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    @Test
    void defaultsAreThoseOfTheReadme() {
        assertThat(BundleRuntime.settings(config(Map.of())))
                .isEqualTo(new Settings(
                        Path.of("data/runtime-bundle").toAbsolutePath(),
                        Path.of("bundle-images").toAbsolutePath(),
                        32 << 20,
                        64,
                        10 << 20,
                        Duration.ofSeconds(60)));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("largest_bytes", 0L),
                Map.of("tasks", 0),
                Map.of("log_bytes", 1L),
                Map.of("start_seconds", 0),
                Map.of("start_seconds", 601))) {
            assertThatThrownBy(() -> BundleRuntime.settings(config(wrong)))
                    .as(wrong.toString())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong.keySet().iterator().next().replace('_', '.'));
        }
    }

    @Test
    void nothingIsNeededButContractsTheFrameworkAndALogger() throws Exception {
        try (InputStream in = Files.newInputStream(Path.of("target/classes/META-INF/MANIFEST.MF"))) {
            String imports = new Manifest(in).getMainAttributes().getValue("Import-Package");
            assertThat(imports.replaceAll("\"[^\"]*\"", "").split(",")).allSatisfy(name -> assertThat(name)
                    .matches("org\\.(kochab\\.(api|spi)|osgi\\.framework|slf4j).*"));
        }
    }
}

package org.kochab.plugins.internal.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.plugins.internal.Jar;
import org.kochab.plugins.internal.Vendor;
import org.kochab.plugins.internal.core.Limits;
import org.kochab.plugins.internal.core.Signer;
import org.kochab.plugins.internal.service.Settings;

class PluginsComponentTest {
    private static final Path DIRECTORY = Path.of("plugins");

    @TempDir
    Path folder;

    /** The defaults of the annotation, but for these. */
    private static PluginsComponent.Config config(Map<String, Object> values) {
        return (PluginsComponent.Config) Proxy.newProxyInstance(
                PluginsComponent.class.getClassLoader(),
                new Class<?>[] {PluginsComponent.Config.class},
                (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    @Test
    void defaultsAreThoseOfTheGuide() throws Exception {
        Settings settings = PluginsComponent.settings(config(Map.of()), DIRECTORY);

        assertThat(settings.directory()).isEqualTo(DIRECTORY);
        assertThat(settings.limits()).isEqualTo(new Limits(64 << 20, 256 << 20, 20_000));
        assertThat(settings.requireSignature()).isFalse();
        Properties shipped = new Properties();
        try (InputStream in = Files.newInputStream(
                Path.of("../../assembly/control-plane/src/main/resources/etc/org.kochab.plugins.cfg"))) {
            shipped.load(in);
        }
        assertThat(shipped).isEqualTo(Map.of("require.signature", "false", "trusted", ""));
    }

    @Test
    void takesCertificatesFromTheFileThatIsNamed() throws Exception {
        Vendor acme = Vendor.selfSigned("acme");
        Path signed = acme.sign(Jar.bundle("till", "1").entry("a", "b").write(folder.resolve("till.jar")));
        Path pem = Files.writeString(
                folder.resolve("vendors.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(acme.certificate().getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        Settings settings = PluginsComponent.settings(
                config(Map.of("trusted", pem.toString(), "require_signature", true, "largest_bytes", 10L)), DIRECTORY);

        assertThat(settings.requireSignature()).isTrue();
        assertThat(settings.signatures().signer(signed, "till.jar", Instant.now()))
                .contains(new Signer("CN=acme", ""));
        assertThat(settings.limits().fileBytes()).isEqualTo(10);
    }

    @Test
    void whatMakesNoSenseIsRefused() throws Exception {
        assertThatThrownBy(() -> PluginsComponent.settings(config(Map.of("largest_bytes", 0L)), DIRECTORY))
                .hasMessageContaining("largest.bytes is 0");
        Path text = Files.writeString(folder.resolve("text"), "nothing");
        for (String file : new String[] {text.toString(), "/no/such"}) {
            assertThatThrownBy(() -> PluginsComponent.settings(config(Map.of("trusted", file)), DIRECTORY))
                    .hasMessageContaining("trusted is " + file);
        }
    }
}

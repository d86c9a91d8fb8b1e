package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.gateway.Gateway;
import org.kochab.api.gateway.TenantUsage;
import org.kochab.api.identity.UserCertificate;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.codec.JacksonCodec;

class KubeconfigCommandTest {
    private final List<String> asked = new ArrayList<>();
    private final UserIdentities identities = new UserIdentities() {
        @Override
        public UserCertificate issue(TenantId tenant, String user, List<String> groups, Duration lifetime) {
            asked.add(tenant + " " + user + " " + groups + " " + lifetime);
            return new UserCertificate("the certificate", "the key", "the authority", Instant.EPOCH);
        }
    };
    private final Gateway gateway = new Gateway() {
        @Override
        public URI address() {
            return URI.create("https://127.0.0.1:6443");
        }

        @Override
        public List<TenantUsage> usage() {
            return List.of(new TenantUsage(new TenantId("acme"), 10, 2, Duration.ofMillis(1_234), 1, 3, 4));
        }
    };
    private final MapResources resources = new MapResources();
    private final Console console = new Console(resources, new JacksonCodec(), identities, gateway);

    @TempDir
    Path directory;

    @BeforeEach
    void tenant() {
        resources.add("system", new Tenant(Kind.TENANT.apiVersion(), "Tenant", ObjectMeta.named("acme"), null, null));
    }

    @AfterEach
    void close() {
        console.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void printsAllThatKubectlNeeds() throws Exception {
        assertThat(console.run("kubeconfig acme ann --group staff --days 2"))
                .contains(
                        "current-context: acme",
                        "server: \"https://127.0.0.1:6443\"",
                        "certificate-authority-data: " + base64("the authority"),
                        "client-certificate-data: " + base64("the certificate"),
                        "client-key-data: " + base64("the key"),
                        "namespace: default");
        assertThat(console.run("kubeconfig system op --server https://api.example:443/x"))
                .contains("server: \"https://api.example:443/x\"");
        assertThat(asked).containsExactly("acme ann [staff] PT48H", "system op [system:masters] PT720H");
    }

    @Test
    void writesAFileThatIsItsOwnersAlone() throws Exception {
        Path file = directory.resolve("config");
        assertThat(console.run("kubeconfig acme ann -o " + file))
                .contains(file.toString())
                .doesNotContain("key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains(base64("the key"));
        assertThatThrownBy(() -> console.run("kubeconfig acme ann -o " + file)).hasMessageContaining("exists already");
    }

    @Test
    void makesNothingForNobody() {
        assertThatThrownBy(() -> console.run("kubeconfig nobodys ann"))
                .hasMessageContaining("There is no tenant nobodys");
        assertThatThrownBy(() -> console.run("kubeconfig acme")).hasMessageContaining("user");
        assertThatThrownBy(() -> console.run("kubeconfig acme ann --server http://x"))
                .hasMessageContaining("https://HOST:PORT");
        assertThat(asked).isEmpty();
    }

    @Test
    void usageIsShownByTenant() throws Exception {
        assertThat(console.run("tenant-usage").lines().map(String::strip).toList())
                .containsExactly(
                        "TENANT   REQUESTS   REJECTED   SECONDS   RUNNING   WAITING   WATCHES",
                        "acme     10         2          1.2       1         3         4");
    }
}

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
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.gateway.Gateway;
import org.kochab.api.gateway.TenantUsage;
import org.kochab.api.identity.AccountClaims;
import org.kochab.api.identity.AccountToken;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.identity.UserCertificate;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.ServiceAccount;
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
    private final AccountTokens tokens = new AccountTokens() {
        @Override
        public AccountToken issue(ServiceAccount account, List<String> audiences, Duration lifetime) {
            asked.add(account.metadata().namespace() + "/" + account.metadata().name() + " " + audiences + " "
                    + lifetime);
            return new AccountToken("h.p.s", Instant.EPOCH);
        }

        @Override
        public Optional<AccountClaims> read(String token) {
            throw new AssertionError("the shell reads no tokens");
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
    private final Console console = new Console(
            resources, new JacksonCodec(), identities, tokens, new IdentityCommandsTest.Known(asked), gateway);

    @TempDir
    Path directory;

    @BeforeEach
    void tenant() {
        resources.add(
                "acme",
                new ServiceAccount(
                        "v1",
                        "ServiceAccount",
                        ObjectMeta.named("robot").withPlace("acme", "shop").created("uid-1", Instant.EPOCH),
                        null));
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
    void aServiceAccountHasATokenInPlaceOfACertificate() throws Exception {
        assertThat(console.run("kubeconfig acme --service-account shop/robot --days 1"))
                .contains(
                        "certificate-authority-data: " + base64("-----BEGIN CERTIFICATE-----\n"),
                        "- name: \"shop/robot\"",
                        "    token: h.p.s\n",
                        "    namespace: shop\n")
                .doesNotContain("client-");
        assertThat(asked).containsExactly("shop/robot [] PT24H");
        assertThatThrownBy(() -> console.run("kubeconfig acme ann --service-account shop/robot"))
                .hasMessageContaining("leave out the user and --group");
        assertThatThrownBy(() -> console.run("kubeconfig acme --service-account shop/ghost"))
                .hasMessageContaining("There is no service account ghost in namespace shop of tenant acme");
        assertThat(asked).hasSize(1);
    }

    @Test
    void printsATokenAlone() throws Exception {
        assertThat(console.run("token-create shop/robot --tenant acme --lifetime 2h --audience vault"))
                .isEqualTo("h.p.s\n");
        console.run("token-create robot -t acme -n shop");
        assertThat(asked).containsExactly("shop/robot [vault] PT2H", "shop/robot [] PT1H");
        assertThatThrownBy(() -> console.run("token-create shop/ghost -t acme")).hasMessageContaining("kochab:get sa");
        assertThatThrownBy(() -> console.run("token-create")).hasMessageContaining("Name one service account");
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

package org.kochab.store.ignite.internal.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kochab.store.ignite.internal.grid.KilledWriter.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.store.StoreException;
import org.kochab.store.ignite.internal.core.Settings;

/** Members with certificates: those of one authority find each other, anybody else stays outside. */
class MemberTlsTest {
    private static final int PORT = 23_170;
    private static final String PASSWORD = "of-a-test";

    @TempDir
    Path directory;

    @Test
    @Timeout(240)
    void membersOfOneAuthorityJoinAndAStrangerDoesNot() throws Exception {
        Files.writeString(directory.resolve("password"), PASSWORD + "\n");
        authority("ours");
        member("a", "ours");
        member("b", "ours");
        MemberProcess b = MemberProcess.start(directory, PORT, 1, 2);
        try (IgnitePartitionStore a = open(TestSettings.member(directory, PORT, 0, 2))) {
            b.awaitReady();
            assertThat(await(a.calls().request("b", "echo", "hello".getBytes(UTF_8), Duration.ofSeconds(20))))
                    .isEqualTo("hello".getBytes(UTF_8));
            b.kill();
            Files.delete(directory.resolve("b.p12"));
            signedByItself("b", "ours");

            Settings stranger = with("127.0.0.1", TestSettings.member(directory, PORT, 1, 2));

            // It is told that its certificate is bad, or nothing until it is tired.
            assertThatThrownBy(() -> IgnitePartitionStore.open(stranger))
                    .isInstanceOfAny(StoreException.class, ApartException.class);
            // The b that was killed may still be missed.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(a.calls().members()).containsExactly("a"));
        }
    }

    /** As a component opens it: again, if the other was there and was not seen in time. */
    private static IgnitePartitionStore open(Settings settings) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .ignoreException(ApartException.class)
                .until(() -> IgnitePartitionStore.open(settings), Objects::nonNull);
    }

    @Test
    void anAddressThatOthersReachNeedsAnIdentity() {
        Settings s = TestSettings.member(directory, PORT, 0, 2);
        assertThatThrownBy(() -> with("10.0.0.7", s))
                .hasMessageContaining("localHost '10.0.0.7'")
                .hasMessageContaining("keyStore");
    }

    /** At another address, and soon tired of trying to join. */
    private static Settings with(String localHost, Settings s) {
        return new Settings(
                s.storeName(),
                s.memberName(),
                s.directory(),
                localHost,
                s.discoveryPort(),
                s.communicationPort(),
                s.addresses(),
                s.regionMegabytes(),
                s.fsync(),
                s.commitThreads(),
                s.commitQueue(),
                s.transactionMillis(),
                5,
                s.failureDetectionMillis(),
                s.identity());
    }

    private void authority(String name) throws Exception {
        keytool(
                name + ".p12",
                "-genkeypair",
                "-alias",
                "ca",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "bc=ca:true");
        keytool(name + ".p12", "-exportcert", "-alias", "ca", "-rfc", "-file", name + ".pem");
    }

    private void member(String name, String authority) throws Exception {
        String store = name + ".p12";
        signedByItself(name, authority);
        keytool(store, "-certreq", "-alias", "member", "-file", name + ".csr");
        keytool(authority + ".p12", "-gencert", "-alias", "ca", "-infile", name + ".csr", "-outfile", name + ".pem");
        keytool(store, "-importcert", "-alias", "member", "-file", name + ".pem");
    }

    /** Knows the authority, but is not known to it. */
    private void signedByItself(String name, String authority) throws Exception {
        String store = name + ".p12";
        keytool(store, "-genkeypair", "-alias", "member", "-keyalg", "EC", "-dname", "CN=" + name);
        keytool(store, "-importcert", "-noprompt", "-alias", "authority", "-file", authority + ".pem");
    }

    private void keytool(String store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of("-keystore", store, "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}

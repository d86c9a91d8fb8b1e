package org.kochab.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.mqtt.internal.core.Limits;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttConnection;
import org.kochab.spi.mqtt.MqttPrincipal;

class TlsTest {
    private static final String PASSWORD = "only-for-this-test";

    @TempDir
    static Path folder;

    private static Path keystore;

    @BeforeAll
    static void makeKey() throws Exception {
        keystore = folder.resolve("key.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=node n1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keystore.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    @Test
    void handsTheClientsCertificateToTheAuthenticator() throws Exception {
        BlockingQueue<MqttConnection> asked = new LinkedBlockingQueue<>();
        TlsFiles files = new TlsFiles(keystore, PASSWORD, Optional.of(keystore), PASSWORD);
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                config(files),
                () -> connection -> {
                    asked.add(connection);
                    return CompletableFuture.completedFuture(
                            new MqttAuthentication.Accepted(new MqttPrincipal.Node("rm", "n1")));
                },
                NodeTopicsAuthoriser::new,
                Optional::empty)) {
            try (RawClient client = new RawClient(
                    context().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), broker.port()))) {
                assertThat(client.send(RawClient.connect(5, "n1")).read().body()[1])
                        .isZero();
            }
            List<String> names = asked.take().certificates().stream()
                    .map(certificate -> certificate.getSubjectX500Principal().getName())
                    .toList();
            assertThat(names).containsExactly("CN=node n1");
        }
    }

    @Test
    void closesWhoDoesNotSpeakTls() throws Exception {
        TlsFiles files = new TlsFiles(keystore, PASSWORD, Optional.empty(), "");
        try (EmbeddedBroker broker = EmbeddedBroker.start(config(files));
                RawClient plain = new RawClient(broker.port())) {
            plain.sendAsFarAsPossible(RawClient.connect(5, "plain"));
            RawClient.Frame alert = plain.readToTheEnd();
            assertThat(alert == null || alert.type() != 2).isTrue();
        }
    }

    @Test
    void saysWhichFileItCannotUse() {
        TlsFiles files = new TlsFiles(folder.resolve("missing.p12"), PASSWORD, Optional.empty(), "");
        assertThatThrownBy(() -> EmbeddedBroker.start(config(files)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing.p12");
    }

    private static BrokerConfig config(TlsFiles files) {
        return new BrokerConfig("127.0.0.1", 0, Optional.of(files), Optional.empty(), Limits.defaults());
    }

    private static SSLContext context() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keystore)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("test", store.getCertificate("test"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}

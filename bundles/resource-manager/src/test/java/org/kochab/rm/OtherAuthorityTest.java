package org.kochab.rm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.EmbeddedBroker;
import org.kochab.mqtt.TlsFiles;
import org.kochab.mqtt.internal.core.Limits;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.rm.internal.mqtt.LinkSettings;
import org.kochab.rm.internal.mqtt.PahoLink;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttCredentials;
import org.kochab.spi.mqtt.MqttPrincipal;

/** A broker of the operator's own, with a certificate that the JVM trusts and the platform's authority did not issue. */
@Timeout(60)
class OtherAuthorityTest {
    private static final String TRUSTED = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "only-for-this-test";

    @TempDir
    Path folder;

    private Path keystore(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        keytool(store, "-genkeypair", "-alias", "authority", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c");
        keytool(
                store,
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name + "-own",
                "-signer",
                "authority",
                "-ext",
                "san=ip:127.0.0.1");
        return store;
    }

    private void keytool(Path store, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    private static KeyStore load(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    @AfterEach
    void forget() {
        System.clearProperty(TRUSTED);
        System.clearProperty(TRUSTED + "Password");
    }

    @Test
    void staysInUseWhenThePlatformHasAnAuthority() throws Exception {
        KeyStore platform = load(keystore("platform"));
        MqttCredentials.Current member = new MqttCredentials.Current(
                (PrivateKey) platform.getKey("own", PASSWORD.toCharArray()),
                List.of((X509Certificate) platform.getCertificate("own"), (X509Certificate)
                        platform.getCertificate("authority")));
        Path operators = keystore("operators");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("operators", load(operators).getCertificate("authority"));
        Path trust = folder.resolve("trust.p12");
        try (var out = Files.newOutputStream(trust)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        System.setProperty(TRUSTED, trust.toString());
        System.setProperty(TRUSTED + "Password", PASSWORD);
        keytool(operators, "-delete", "-alias", "authority");
        CountDownLatch up = new CountDownLatch(1);
        PahoLink.Receiver receiver = new PahoLink.Receiver() {
            @Override
            public void up() {
                up.countDown();
            }

            @Override
            public void down() {}

            @Override
            public void received(String topic, byte[] payload, boolean retained) {}
        };
        BrokerConfig config = new BrokerConfig(
                "127.0.0.1",
                0,
                Optional.of(new TlsFiles(operators, PASSWORD, Optional.empty(), "")),
                Optional.empty(),
                Limits.defaults());
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                        config,
                        () -> c -> CompletableFuture.completedStage(
                                new MqttAuthentication.Accepted(new MqttPrincipal.Trusted("operator's"))),
                        NodeTopicsAuthoriser::new,
                        Optional::empty);
                PahoLink link = new PahoLink(
                        new LinkSettings(List.of("ssl://127.0.0.1:" + broker.port())),
                        () -> Optional.of(member),
                        "rm-1",
                        "link",
                        receiver)) {
            link.start();
            assertThat(up.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}

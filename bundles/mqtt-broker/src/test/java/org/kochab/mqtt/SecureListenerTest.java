package org.kochab.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.mqtt.internal.core.Limits;
import org.kochab.mqtt.internal.core.LoopbackAuthenticator;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.spi.mqtt.MqttCredentials;

/** What strangers can do at the listener that is open to the network. */
@Timeout(60)
class SecureListenerTest {
    private static final char[] PASSWORD = "only-for-this-test".toCharArray();
    private static final int NOT_AUTHORISED = 0x87;

    @TempDir
    static Path folder;

    private static MqttCredentials.Current credentials;

    @BeforeAll
    static void makeKey() throws Exception {
        Path keystore = folder.resolve("key.p12");
        keytool(keystore, "-alias", "authority", "-dname", "CN=authority", "-ext", "bc:c");
        keytool(keystore, "-alias", "member", "-dname", "CN=member", "-signer", "authority");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keystore)) {
            store.load(in, PASSWORD);
        }
        credentials = new MqttCredentials.Current(
                (PrivateKey) store.getKey("member", PASSWORD),
                List.of(certificate(store, "member"), certificate(store, "authority")));
    }

    private static X509Certificate certificate(KeyStore store, String alias) throws Exception {
        return (X509Certificate) store.getCertificate(alias);
    }

    private static void keytool(Path keystore, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                new String(PASSWORD)));
        command.addAll(List.of(options));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    private static EmbeddedBroker start(Limits limits) throws Exception {
        return EmbeddedBroker.start(
                BrokerConfig.loopback().with(new SecureListener("127.0.0.1", 0)).with(limits),
                LoopbackAuthenticator::new,
                NodeTopicsAuthoriser::new,
                () -> Optional.of(credentials));
    }

    private static Socket stranger(EmbeddedBroker broker) throws Exception {
        return new Socket(InetAddress.getLoopbackAddress(), broker.securePort().orElseThrow());
    }

    private static Socket overTls(EmbeddedBroker broker) throws Exception {
        return overTls(broker, new KeyManager[0]);
    }

    private static Socket overTls(EmbeddedBroker broker, KeyManager[] own) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", credentials.authority());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, trust.getTrustManagers(), null);
        return context.getSocketFactory()
                .createSocket(
                        InetAddress.getLoopbackAddress(), broker.securePort().orElseThrow());
    }

    /** A proxy on this machine would make strangers of its clients look like neighbours. */
    @Test
    void whoComesThroughItIsNobodyOfThisMachine() throws Exception {
        try (EmbeddedBroker broker = start(Limits.defaults());
                RawClient client = new RawClient(overTls(broker))) {
            assertThat(client.send(RawClient.connect(5, "stranger")).read().body()[1] & 0xFF)
                    .isEqualTo(NOT_AUTHORISED);
        }
    }

    @Test
    void strangersWhoSayNothingLeaveRoomForThisMachine() throws Exception {
        Limits d = Limits.defaults();
        Limits few = d.admitting(d.connections(), 400, d.connectsPerSecond(), 60_000);
        List<Socket> strangers = new ArrayList<>();
        try (EmbeddedBroker broker = start(few)) {
            for (int i = 0; i < 500; i++) {
                strangers.add(stranger(broker));
            }
            for (int i = 0; i < 100; i++) {
                try (RawClient neighbour = new RawClient(broker.port())) {
                    RawClient.Frame answer =
                            neighbour.send(RawClient.connect(5, "neighbour")).read();
                    assertThat(answer.body()[1]).isZero();
                }
            }
        } finally {
            for (Socket socket : strangers) {
                socket.close();
            }
        }
    }

    /** A client whose certificate does not say that it is one's sees an alert only: the broker's figures and log must have the rest. */
    @Test
    void countsWhoseCertificateIsNotTaken() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "own", credentials.key(), PASSWORD, credentials.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        try (EmbeddedBroker broker = start(Limits.defaults());
                RawClient client = new RawClient(overTls(broker, keys.getKeyManagers()))) {
            client.sendAsFarAsPossible(RawClient.connect(5, "node"));
            await().atMost(20, TimeUnit.SECONDS).until(() -> broker.status().refused() == 1);
        }
    }

    /** A handshake takes milliseconds of a processor: the thread that serves everybody must not do it. */
    @Test
    void handshakesAreMadeOnAThreadOfTheirOwnThatEndsWithTheBroker() throws Exception {
        try (EmbeddedBroker broker = start(Limits.defaults());
                RawClient client = new RawClient(overTls(broker))) {
            client.send(RawClient.connect(5, "stranger")).read();
            // Without that of the broker before.
            await().atMost(20, TimeUnit.SECONDS).until(() -> tlsThreads() == 1);
        }
        // The broker knows that its work has ended, a moment before the thread has.
        await().atMost(20, TimeUnit.SECONDS).until(() -> tlsThreads() == 0);
    }

    private static long tlsThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .filter(t -> t.getName().startsWith("kochab-mqtt-tls"))
                .count();
    }
}

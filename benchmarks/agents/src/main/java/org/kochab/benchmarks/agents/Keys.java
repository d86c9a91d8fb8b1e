package org.kochab.benchmarks.agents;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.kochab.spi.mqtt.MqttCredentials;

/** An authority, a broker's key and one key for all hollow agents, on P-256 as the platform's are. Handshakes cost as if each agent had its own. */
record Keys(Path file, KeyStore store) {
    /** Of a file that is gone when the benchmark ends. */
    private static final char[] PASSWORD = "benchmark".toCharArray();

    private static final String AUTHORITY = "authority";
    private static final String BROKER = "broker";
    private static final String AGENT = "agent";

    static Keys create(Path file) throws IOException, GeneralSecurityException, InterruptedException {
        keytool(file, "-alias", AUTHORITY, "-dname", "CN=authority", "-ext", "bc:c");
        keytool(file, "-alias", BROKER, "-dname", "CN=broker", "-signer", AUTHORITY);
        keytool(file, "-alias", AGENT, "-dname", "CN=agent", "-signer", AUTHORITY);
        return read(file);
    }

    private static void keytool(Path file, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD)));
        command.addAll(List.of(options));
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("keytool ended with " + code);
        }
    }

    static Keys read(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return new Keys(file, store);
    }

    MqttCredentials.Current broker() throws GeneralSecurityException {
        return new MqttCredentials.Current(key(BROKER), List.of(certificate(BROKER), certificate(AUTHORITY)));
    }

    SslContext client() throws IOException, GeneralSecurityException {
        return SslContextBuilder.forClient()
                .keyManager(key(AGENT), certificate(AGENT))
                .trustManager(certificate(AUTHORITY))
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    private PrivateKey key(String alias) throws GeneralSecurityException {
        return (PrivateKey) store.getKey(alias, PASSWORD);
    }

    private X509Certificate certificate(String alias) throws GeneralSecurityException {
        return (X509Certificate) store.getCertificate(alias);
    }
}

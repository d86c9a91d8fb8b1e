package org.kochab.chaos.requests;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** An HTTP API, and as whom to ask it. */
record Server(InetSocketAddress address, SSLSocketFactory sockets) {
    private static final char[] NOBODY_ASKS = new char[0];

    /** Version 0, and the algorithm: a key on the curve P-256. */
    private static final String P256 = "020100301306072a8648ce3d020106082a8648ce3d030107";

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    /** From here on a length is a byte of its own, after one that says so. */
    private static final int ONE_BYTE = 0x80;

    /** As a file says that {@code kochab:kubeconfig} has written. */
    static Server of(Path kubeconfig) throws IOException {
        String text = Files.readString(kubeconfig, StandardCharsets.UTF_8);
        URI uri = URI.create(value(text, "server"));
        try {
            return new Server(new InetSocketAddress(uri.getHost(), uri.getPort()), sockets(text));
        } catch (GeneralSecurityException e) {
            throw new IOException(kubeconfig + " cannot be used", e);
        }
    }

    private static String value(String text, String key) throws IOException {
        Matcher found = Pattern.compile(key + ": \"?([^\"\\s]+)").matcher(text);
        if (!found.find()) {
            throw new IOException("a kubeconfig has no " + key);
        }
        return found.group(1);
    }

    private static SSLSocketFactory sockets(String text) throws IOException, GeneralSecurityException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(
                "own", key(text), NOBODY_ASKS, new Certificate[] {certificate(text, "client-certificate-data")});
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(own, NOBODY_ASKS);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", certificate(text, "certificate-authority-data"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private static Certificate certificate(String text, String key) throws IOException, GeneralSecurityException {
        byte[] pem = Base64.getDecoder().decode(value(text, key));
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    /** RFC 5915's form of a key on P-256 within RFC 5208's, which is the one that the JDK reads. */
    private static PrivateKey key(String text) throws IOException, GeneralSecurityException {
        String pem = new String(Base64.getDecoder().decode(value(text, "client-key-data")), StandardCharsets.US_ASCII);
        byte[] bare = Base64.getDecoder()
                .decode(pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", ""));
        byte[] wrapped = tagged(SEQUENCE, joined(HexFormat.of().parseHex(P256), tagged(OCTETS, bare)));
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(wrapped));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Of at most 255 bytes. */
    private static byte[] tagged(int tag, byte[] content) {
        byte[] head = content.length < ONE_BYTE
                ? new byte[] {(byte) tag, (byte) content.length}
                : new byte[] {(byte) tag, (byte) (ONE_BYTE + 1), (byte) content.length};
        return joined(head, content);
    }
}

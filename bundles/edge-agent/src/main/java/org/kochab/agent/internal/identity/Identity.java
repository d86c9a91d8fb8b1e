package org.kochab.agent.internal.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.node.DurableFile;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;

/**
 * The node's key, made here and never told, and its certificate. The key is durable before anybody hears of it: a token that was used up for a key that is lost
 * would be lost as well. One thread; blocks for the disk.
 */
public final class Identity {
    private final DurableFile file;
    private final Codec codec;
    private final String node;
    private final @Nullable JoinToken token;
    private final KeyPair keys;
    private @Nullable X509Certificate certificate;
    private @Nullable X509Certificate authority;

    private Identity(DurableFile file, Codec codec, String node, @Nullable JoinToken token, KeyPair keys) {
        this.file = file;
        this.codec = codec;
        this.node = node;
        this.token = token;
        this.keys = keys;
    }

    /**
     * The identity in that directory, or a new key that is to get one.
     *
     * @return empty if there is neither a certificate nor a token: the node shows who it is in no way of this platform's
     * @throws IOException if the directory cannot be used or what is there is damaged
     */
    public static Optional<Identity> load(Path directory, Codec codec, String node, Optional<JoinToken> token)
            throws IOException {
        DurableFile file = new DurableFile(directory.resolve("identity"));
        Optional<byte[]> content = file.read();
        if (content.isEmpty() && file.exists()) {
            throw new IOException(directory + " holds a damaged identity: remove it and join again with a new token");
        }
        if (content.isEmpty() && token.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (content.isEmpty()) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                Identity fresh = new Identity(file, codec, node, token.orElse(null), generator.generateKeyPair());
                fresh.save(null, null);
                return Optional.of(fresh);
            }
            Saved saved = codec.decode(content.get(), Saved.class);
            KeyFactory factory = KeyFactory.getInstance("EC");
            Base64.Decoder base64 = Base64.getDecoder();
            KeyPair keys = new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(base64.decode(saved.publicKey()))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(saved.privateKey()))));
            Identity loaded = new Identity(file, codec, node, token.orElse(null), keys);
            if (saved.certificate() != null && saved.authority() != null) {
                loaded.certificate = certificate(saved.certificate());
                loaded.authority = certificate(saved.authority());
            } else if (token.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(loaded);
        } catch (GeneralSecurityException | CodecException | IllegalArgumentException e) {
            throw new IOException(directory + " holds no identity that can be used: " + e.getMessage(), e);
        }
    }

    public boolean hasCertificate() {
        return certificate != null;
    }

    /** The join token as text; empty if none was given. */
    public Optional<String> token() {
        return Optional.ofNullable(token).map(JoinToken::text);
    }

    /** Two thirds of the certificate's time, by its own words. */
    public Instant renewAt() {
        if (certificate == null) {
            return Instant.MIN;
        }
        long from = certificate.getNotBefore().getTime();
        long to = certificate.getNotAfter().getTime();
        return Instant.ofEpochMilli(from + (to - from) / 3 * 2);
    }

    /** What to ask for a certificate with. */
    public Enrol request() {
        try {
            return new Enrol(CertificateRequest.pem(keys, node), token().orElse(null));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK signs with P-256", e);
        }
    }

    /**
     * Takes a new certificate.
     *
     * @throws IllegalArgumentException if it is not for this node's key, or of another authority than the one this node joined
     * @throws IOException if it cannot be kept; it is used all the same
     */
    public void take(Enrolled answer) throws IOException {
        X509Certificate issued;
        X509Certificate issuer;
        try {
            issued = certificate(String.valueOf(answer.certificate()));
            issuer = certificate(String.valueOf(answer.authority()));
            issued.verify(issuer.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("certificate or authority cannot be used: " + e.getMessage(), e);
        }
        if (!isAuthority().test(issuer)) {
            throw new IllegalArgumentException("authority is another one than this node joined");
        }
        if (!issued.getPublicKey().equals(keys.getPublic())) {
            throw new IllegalArgumentException("certificate is not for this node's key");
        }
        certificate = issued;
        authority = issuer;
        save(answer.certificate(), answer.authority());
    }

    private Predicate<X509Certificate> isAuthority() {
        X509Certificate joined = authority;
        if (joined != null) {
            return joined::equals;
        }
        JoinToken given = token;
        return found -> given != null && JoinToken.fingerprint(found).equals(given.authority());
    }

    /** @param asNode whether to show the certificate; else this is a machine like any other */
    public SSLContext context(boolean asNode) {
        X509Certificate own = certificate;
        X509Certificate issuer = authority;
        KeyManager[] shown = asNode && own != null && issuer != null
                ? new KeyManager[] {new OwnKey(keys.getPrivate(), own, issuer)}
                : new KeyManager[0];
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown, new TrustManager[] {new PlatformTrust(isAuthority())}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private void save(@Nullable String newCertificate, @Nullable String newAuthority) throws IOException {
        Base64.Encoder base64 = Base64.getEncoder();
        file.write(codec.encode(new Saved(
                base64.encodeToString(keys.getPrivate().getEncoded()),
                base64.encodeToString(keys.getPublic().getEncoded()),
                newCertificate,
                newAuthority)));
    }

    private static X509Certificate certificate(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}

package org.kochab.identity.internal.authority;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Digests;

/** Certificates and requests as text and bytes. */
public final class Pem {
    private static final int LONGEST = 16_384;
    private static final int LEAST_RSA_BITS = 2_048;
    private static final int LEAST_EC_BITS = 256;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    public static String of(X509Certificate certificate) {
        try {
            return text("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate cannot be encoded", e);
        }
    }

    /** As RFC 5915 has it. Of PKCS#8, some clients do not see that the key is none of RSA. */
    public static String of(KeyPair pair) {
        PrivateKeyInfo secret = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
        SubjectPublicKeyInfo open =
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
        int bits = ((ECPublicKey) pair.getPublic()).getParams().getOrder().bitLength();
        try {
            BigInteger number =
                    ECPrivateKey.getInstance(secret.parsePrivateKey()).getKey();
            ASN1Encodable curve = secret.getPrivateKeyAlgorithm().getParameters();
            return text("EC PRIVATE KEY", new ECPrivateKey(bits, number, open.getPublicKeyData(), curve).getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("a key cannot be encoded", e);
        }
    }

    private static String text(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + LINES.encodeToString(bytes) + "\n-----END " + what + "-----\n";
    }

    static X509Certificate der(byte[] certificate) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    /** SHA-256 of a public key, base64url. */
    public static String fingerprint(PublicKey key) {
        return Digests.base64(key.getEncoded());
    }

    /**
     * The key that a request is for, once it is shown that whoever made it has the private one.
     *
     * @throws IllegalArgumentException if it is no request, its signature is wrong, or its key is of a kind that is not taken
     */
    public static PublicKey requested(String pem) {
        if (pem.length() > LONGEST) {
            throw new IllegalArgumentException("request is longer than " + LONGEST + " characters");
        }
        Object found = read(() -> {
            try (PEMParser parser = new PEMParser(new StringReader(pem))) {
                return parser.readObject();
            }
        });
        if (!(found instanceof PKCS10CertificationRequest request)) {
            throw new IllegalArgumentException("request holds no PKCS#10 certificate request in PEM");
        }
        PublicKey key = read(() -> new JcaPKCS10CertificationRequest(request).getPublicKey());
        check(key);
        if (!read(() -> request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key)))) {
            throw new IllegalArgumentException("request is not signed with its own key");
        }
        return key;
    }

    /** Bouncy Castle has many exceptions, unchecked ones too, for what is not encoded as it should be. */
    private static <T extends @Nullable Object> T read(Callable<T> step) {
        try {
            return step.call();
        } catch (Exception e) {
            throw new IllegalArgumentException("request cannot be read: " + e.getMessage(), e);
        }
    }

    private static void check(PublicKey key) {
        boolean taken =
                key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() >= LEAST_EC_BITS
                        || key.getAlgorithm().equals("EdDSA")
                        || key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= LEAST_RSA_BITS;
        if (!taken) {
            throw new IllegalArgumentException(
                    "request has a key that is not taken: use EC (P-256), Ed25519, or RSA with 2048 bits or more");
        }
    }
}

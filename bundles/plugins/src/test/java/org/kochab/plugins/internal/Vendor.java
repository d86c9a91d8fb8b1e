package org.kochab.plugins.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertPath;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Somebody with a key and a certificate, who signs files. */
public record Vendor(String name, PrivateKey key, List<X509Certificate> chain) {
    public static Vendor selfSigned(String name) throws Exception {
        return of(name, null, KeyPurposeId.id_kp_codeSigning, Instant.now().plus(Duration.ofDays(1)));
    }

    /** @param issuer who issued the certificate; nobody else if null */
    public static Vendor of(String name, @Nullable Vendor issuer, KeyPurposeId purpose, Instant until)
            throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=" + name);
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer == null ? subject : new X500Name("CN=" + issuer.name()),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(until.minus(Duration.ofDays(10))),
                Date.from(until),
                subject,
                pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(issuer == null));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                        .build(issuer == null ? pair.getPrivate() : issuer.key())));
        return new Vendor(
                name,
                pair.getPrivate(),
                issuer == null ? List.of(certificate) : List.of(certificate, issuer.certificate()));
    }

    public X509Certificate certificate() {
        return chain.get(0);
    }

    public Path sign(Path file) throws Exception {
        Path signed = Files.createTempFile(file.getParent(), "signed", ".jar");
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
        try (ZipFile in = new ZipFile(file.toFile());
                OutputStream out = Files.newOutputStream(signed)) {
            new JarSigner.Builder(key, path).signerName("VENDOR").build().sign(in, out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return signed;
    }
}

package org.kochab.identity.internal.authority;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.kochab.api.identity.UserIdentities;
import org.kochab.identity.internal.core.AuthorityRecord;

/** The platform's certificate authority: an EC key on P-256. Thread-safe. */
public final class Authority {
    private static final Duration LIFETIME = Duration.ofDays(3_650);
    /** Clocks of nodes and members may differ by that. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 127;
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PrivateKey key;
    private final X509Certificate certificate;

    private Authority(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    public static Authority create(Instant now) {
        KeyPair pair = keyPair();
        X500Name name = name("Kochab authority", Long.toHexString(now.getEpochSecond()));
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, serial(), Date.from(now.minus(SKEW)), Date.from(now.plus(LIFETIME)), name, pair.getPublic());
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the authority cannot be made", e);
        }
        return new Authority(pair.getPrivate(), sign(builder, pair.getPrivate()));
    }

    /** @throws IllegalArgumentException if the record holds no key and certificate */
    public static Authority of(AuthorityRecord record) {
        try {
            PrivateKey key = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(record.key())));
            return new Authority(key, Pem.der(Base64.getDecoder().decode(record.certificate())));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "the directory holds no authority that can be used: " + e.getMessage(), e);
        }
    }

    public AuthorityRecord record() {
        Base64.Encoder base64 = Base64.getEncoder();
        try {
            return new AuthorityRecord(
                    base64.encodeToString(certificate.getEncoded()), base64.encodeToString(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the authority cannot be encoded", e);
        }
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** A new key for a certificate. */
    public static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /** For a node, as a client of brokers. */
    public X509Certificate node(
            String resourceManager, String node, String uid, PublicKey subject, Instant now, Duration lifetime) {
        List<GeneralName> names = List.of(new GeneralName(
                GeneralName.uniformResourceIdentifier, Subject.node(uid).uri()));
        return issue(name(node, resourceManager), names, subject, now, lifetime, KeyPurposeId.id_kp_clientAuth);
    }

    /** For a member, whose broker is a server and whose resource managers are clients. */
    public X509Certificate member(String member, HostNames hosts, PublicKey subject, Instant now, Duration lifetime) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(
                GeneralName.uniformResourceIdentifier, Subject.member(member).uri()));
        hosts.names().forEach(n -> names.add(new GeneralName(GeneralName.dNSName, n)));
        hosts.addresses().forEach(a -> names.add(new GeneralName(GeneralName.iPAddress, a)));
        return issue(
                name(member, "Kochab members"),
                names,
                subject,
                now,
                lifetime,
                KeyPurposeId.id_kp_serverAuth,
                KeyPurposeId.id_kp_clientAuth);
    }

    /** For a user of the HTTP API, as its client. */
    public X509Certificate user(
            String tenant, String user, List<String> groups, PublicKey subject, Instant now, Duration lifetime) {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, UserIdentities.TENANT + tenant);
        groups.forEach(g -> name.addRDN(BCStyle.O, g));
        List<GeneralName> names =
                List.of(new GeneralName(GeneralName.uniformResourceIdentifier, UserIdentities.URI + user));
        X500Name whole = name.addRDN(BCStyle.CN, user).build();
        return issue(whole, names, subject, now, lifetime, KeyPurposeId.id_kp_clientAuth);
    }

    private X509Certificate issue(
            X500Name subject,
            List<GeneralName> names,
            PublicKey publicKey,
            Instant now,
            Duration lifetime,
            KeyPurposeId... purposes) {
        Instant end = now.plus(lifetime);
        Instant last = certificate.getNotAfter().toInstant();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                serial(),
                Date.from(now.minus(SKEW)),
                Date.from(end.isAfter(last) ? last : end),
                subject,
                publicKey);
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(certificate));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("a certificate cannot be made", e);
        }
        return sign(builder, key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("a certificate cannot be signed", e);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS - 1);
    }

    private static X500Name name(String common, String organisation) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, organisation)
                .addRDN(BCStyle.CN, common)
                .build();
    }
}

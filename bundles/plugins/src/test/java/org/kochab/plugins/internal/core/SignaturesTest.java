package org.kochab.plugins.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.plugins.internal.Jar;
import org.kochab.plugins.internal.Vendor;

class SignaturesTest {
    private static final Instant NOW = Instant.now();
    private static final Instant LATER = NOW.plus(Duration.ofDays(2));

    @TempDir
    Path folder;

    private Path jar() {
        return Jar.bundle("com.acme.till", "1.0.0").entry("a", "b").write(folder.resolve("plain.jar"));
    }

    private static Optional<Signer> signer(Path file, Vendor... trusted) throws Exception {
        return new Signatures(List.of(trusted).stream().map(Vendor::certificate).toList())
                .signer(file, "till.jar", NOW);
    }

    @Test
    void whatIsNotSignedHasNoSigner() throws Exception {
        assertThat(signer(jar(), Vendor.selfSigned("acme"))).isEmpty();
    }

    @Test
    void aVendorWhoseCertificateIsTrustedIsTrusted() throws Exception {
        Vendor acme = Vendor.selfSigned("acme");
        Vendor other = Vendor.selfSigned("acme");
        Path signed = acme.sign(jar());

        assertThat(signer(signed, other, acme)).contains(new Signer("CN=acme", ""));
        assertThat(signer(signed, other)).get().satisfies(s -> {
            assertThat(s.trusted()).isFalse();
            assertThat(s.distrust()).contains("not one that this member trusts");
        });
        assertThat(signer(signed).orElseThrow().distrust()).contains("trusts nobody", "etc/org.kochab.plugins.cfg");
    }

    @Test
    void aVendorIsTrustedThroughTheAuthority() throws Exception {
        Vendor authority = Vendor.selfSigned("authority");
        Vendor acme = Vendor.of("acme", authority, KeyPurposeId.id_kp_codeSigning, LATER);
        Vendor server = Vendor.of("www", authority, KeyPurposeId.id_kp_serverAuth, LATER);
        Vendor past = Vendor.of("past", authority, KeyPurposeId.id_kp_codeSigning, NOW.minusSeconds(60));

        assertThat(signer(acme.sign(jar()), authority).orElseThrow().trusted()).isTrue();
        assertThat(signer(server.sign(jar()), authority).orElseThrow().distrust())
                .contains("not for signing code");
        assertThat(signer(past.sign(jar()), authority).orElseThrow().trusted()).isFalse();
        assertThat(signer(past.sign(jar()), past).orElseThrow().trusted()).isFalse();
    }

    @Test
    void whatWasChangedIsRefused() throws Exception {
        Vendor acme = Vendor.selfSigned("acme");
        for (String entry : List.of("a", "META-INF/MANIFEST.MF")) {
            Path signed = acme.sign(jar());
            edit(signed, entry, entry.equals("a") ? "c" : "Manifest-Version: 1.0\nBundle-SymbolicName: evil\n\n");
            assertThatThrownBy(() -> signer(signed, acme)).as(entry).isInstanceOf(Refused.class);
        }
        Path signed = acme.sign(jar());
        edit(signed, "added", "x");
        assertThatThrownBy(() -> signer(signed, acme))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("added has no such signature");
    }

    private static void edit(Path jar, String entry, String content) throws Exception {
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
            Files.writeString(zip.getPath("/" + entry), content);
        }
    }

    @Test
    void readsCertificates() throws Exception {
        String pem = "";
        for (String name : List.of("a", "b")) {
            pem += "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder()
                            .encodeToString(
                                    Vendor.selfSigned(name).certificate().getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        }
        assertThat(Signatures.certificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))))
                .hasSize(2);
        assertThatThrownBy(() -> Signatures.certificates(new ByteArrayInputStream(new byte[0])))
                .isInstanceOf(CertificateException.class);
    }
}

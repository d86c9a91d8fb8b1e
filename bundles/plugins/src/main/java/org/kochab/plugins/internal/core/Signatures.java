package org.kochab.plugins.internal.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** Says who signed a jar or KAR, and whether that is a vendor whom the member trusts. Any thread; blocks for the file. */
public final class Signatures {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final List<X509Certificate> trusted;

    /** @param trusted certificates of vendors, or of authorities that issued them */
    public Signatures(List<X509Certificate> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /**
     * Reads certificates in PEM, one behind the other.
     *
     * @throws CertificateException if it holds none, or something else
     */
    public static List<X509Certificate> certificates(InputStream pem) throws CertificateException {
        List<X509Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                .map(X509Certificate.class::cast)
                .toList();
        if (all.isEmpty()) {
            throw new CertificateException("it holds no certificate");
        }
        return all;
    }

    /**
     * @param label what the file is called in messages
     * @return empty if it is not signed
     * @throws Refused if it was changed after it was signed, or only a part of it is signed
     */
    public Optional<Signer> signer(Path file, String label, Instant now) throws IOException {
        try (JarFile jar = new JarFile(file.toFile(), true)) {
            if (jar.stream().noneMatch(e -> isSignature(e.getName()))) {
                return Optional.empty();
            }
            Set<CodeSigner> all = null;
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.isDirectory()
                        || isSignature(entry.getName())
                        || entry.getName().equalsIgnoreCase(JarFile.MANIFEST_NAME)) {
                    continue;
                }
                Set<CodeSigner> signers = signers(jar, entry);
                if (all == null) {
                    all = signers;
                } else {
                    all.retainAll(signers);
                }
                if (all.isEmpty()) {
                    throw new Refused(label + " is signed, but not all of it by the same: " + entry.getName()
                            + " has no such signature that this Java accepts; sign the whole file");
                }
            }
            if (all == null) {
                throw new Refused(label + " is signed and has nothing in it");
            }
            return Optional.of(best(all, now));
        } catch (SecurityException e) {
            throw new Refused(
                    label + " was changed after it was signed, or its signature is damaged: " + e.getMessage());
        }
    }

    private static boolean isSignature(String entry) {
        String name = entry.toUpperCase(Locale.ROOT);
        return name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)") || name.matches("META-INF/SIG-[^/]*");
    }

    /** An entry's signers are known once all of it was read. */
    private static Set<CodeSigner> signers(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        CodeSigner[] signers = entry.getCodeSigners();
        return new LinkedHashSet<>(signers == null ? List.of() : Arrays.asList(signers));
    }

    private Signer best(Set<CodeSigner> signers, Instant now) {
        Signer first = null;
        for (CodeSigner s : signers) {
            List<X509Certificate> chain = s.getSignerCertPath().getCertificates().stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            Signer signer =
                    new Signer(chain.get(0).getSubjectX500Principal().getName(), distrust(chain, Date.from(now)));
            if (signer.trusted()) {
                return signer;
            }
            first = first == null ? signer : first;
        }
        return Objects.requireNonNull(first);
    }

    /** Why a chain is not trusted; empty if it is. */
    private String distrust(List<X509Certificate> chain, Date now) {
        if (trusted.isEmpty()) {
            return "this member trusts nobody: name a file with certificates as 'trusted' in etc/org.kochab.plugins.cfg";
        }
        X509Certificate leaf = chain.get(0);
        try {
            List<String> usage = leaf.getExtendedKeyUsage();
            if (usage != null && !usage.contains(CODE_SIGNING) && !usage.contains(ANY_USAGE)) {
                return "its certificate is not for signing code";
            }
            int anchor = anchor(chain);
            if (anchor == 0) {
                leaf.checkValidity(now);
                return "";
            }
            CertPath path = CertificateFactory.getInstance("X.509")
                    .generateCertPath(anchor < 0 ? chain : chain.subList(0, anchor));
            PKIXParameters parameters = new PKIXParameters(
                    trusted.stream().map(c -> new TrustAnchor(c, null)).collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(now);
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            return "";
        } catch (GeneralSecurityException e) {
            return "its certificate is not one that this member trusts: " + e.getMessage();
        }
    }

    private int anchor(List<X509Certificate> chain) {
        for (int i = 0; i < chain.size(); i++) {
            if (trusted.contains(chain.get(i))) {
                return i;
            }
        }
        return -1;
    }
}

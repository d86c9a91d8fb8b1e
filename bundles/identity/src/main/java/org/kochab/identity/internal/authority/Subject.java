package org.kochab.identity.internal.authority;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whom a certificate is for, as a URI among its alternative names says.
 *
 * @param kind {@code node} or {@code member}
 * @param id a node's uid, a member's name
 */
public record Subject(String kind, String id) {
    private static final String SCHEME = "kochab:";
    private static final String NODE = "node";
    private static final String MEMBER = "member";
    private static final int URI = 6;

    public static Subject node(String uid) {
        return new Subject(NODE, uid);
    }

    public static Subject member(String name) {
        return new Subject(MEMBER, name);
    }

    public boolean isNode() {
        return kind.equals(NODE);
    }

    public boolean isMember() {
        return kind.equals(MEMBER);
    }

    public String uri() {
        return SCHEME + kind + ":" + id;
    }

    public static Optional<Subject> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Optional.empty()
                    : names.stream()
                            .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)).split(":", 3))
                            .filter(parts -> parts.length == 3 && (parts[0] + ":").equals(SCHEME))
                            .map(parts -> new Subject(parts[1], parts[2]))
                            .findFirst();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }
}

package org.kochab.api.link;

import org.jspecify.annotations.Nullable;

/**
 * {@code up/enrol}: asks for a certificate.
 *
 * @param request PKCS#10, PEM, signed with the key that the certificate is for; its names do not matter
 * @param token a join token; null for a node that has joined with this key before
 */
public record Enrol(String request, @Nullable String token) {
    public Enrol {
        request = request == null ? "" : request;
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return "Enrol[" + (token == null ? "again" : "with a token") + "]";
    }
}

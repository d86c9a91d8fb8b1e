package org.kochab.api.identity;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kochab.api.link.Digests;

/**
 * What an operator gives a machine that is to become a node: a secret, and the means to know the platform by. As text it is {@code
 * kochab1.ID.SECRET.AUTHORITY}.
 *
 * @param id names it in listings
 * @param secret whoever has it may join; of the platform's side only its hash is kept
 * @param authority {@link #fingerprint} of the platform's authority, so that a machine can tell the right broker from another
 */
public record JoinToken(String id, String secret, String authority) {
    private static final Pattern TEXT =
            Pattern.compile("kochab1\\.([a-z0-9]{8})\\.([A-Za-z0-9_-]{32})\\.([A-Za-z0-9_-]{43})");

    /** @throws IllegalArgumentException if the text is none; the message does not repeat it */
    public static JoinToken parse(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "the join token is not valid: it has the form kochab1.ID.SECRET.AUTHORITY, as kochab:node-token-create prints it");
        }
        return new JoinToken(parts.group(1), parts.group(2), parts.group(3));
    }

    /** The whole token, the secret included. */
    public String text() {
        return "kochab1." + id + "." + secret + "." + authority;
    }

    /** What is kept of the secret: 192 bits of chance need no slow hash. */
    public String hash() {
        return Digests.base64((id + "." + secret).getBytes(StandardCharsets.US_ASCII));
    }

    /** SHA-256 of a certificate, base64url. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return Digests.base64(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("the certificate cannot be encoded", e);
        }
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "JoinToken[" + id + "]";
    }
}

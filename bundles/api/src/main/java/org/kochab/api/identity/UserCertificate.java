package org.kochab.api.identity;

import java.time.Instant;

/**
 * What a user shows, and knows the platform by.
 *
 * @param certificate PEM
 * @param key its private key, an {@code EC PRIVATE KEY} in PEM; whoever has it is the user
 * @param authority the platform's authority, PEM
 * @param expires when the certificate ends
 */
public record UserCertificate(String certificate, String key, String authority, Instant expires) {
    /** Leaves the key out. */
    @Override
    public String toString() {
        return "UserCertificate[until " + expires + "]";
    }
}

package org.kochab.identity.internal.core;

/**
 * The authority as the directory keeps it, JSON.
 *
 * @param certificate base64 of its DER
 * @param key base64 of the private key, PKCS#8
 */
public record AuthorityRecord(String certificate, String key) {
    /** Leaves the key out. */
    @Override
    public String toString() {
        return "AuthorityRecord[]";
    }
}

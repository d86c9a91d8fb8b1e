package org.kochab.identity.internal.core;

/**
 * The key that signs tokens of service accounts as the directory keeps it, JSON.
 *
 * @param publicKey base64 of its X.509 form
 * @param key base64 of the private key, PKCS#8
 */
public record AccountKeyRecord(String publicKey, String key) {
    /** Leaves the key out. */
    @Override
    public String toString() {
        return "AccountKeyRecord[]";
    }
}

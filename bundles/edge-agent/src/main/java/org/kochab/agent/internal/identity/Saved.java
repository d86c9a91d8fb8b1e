package org.kochab.agent.internal.identity;

import org.jspecify.annotations.Nullable;

/**
 * The identity as its file has it, JSON.
 *
 * @param privateKey PKCS#8, base64
 * @param publicKey X.509, base64
 * @param certificate PEM; null as long as there is none
 * @param authority PEM; null likewise
 */
record Saved(String privateKey, String publicKey, @Nullable String certificate, @Nullable String authority) {
    /** Leaves the key out. */
    @Override
    public String toString() {
        return "Saved[]";
    }
}

package org.kochab.plugins.internal.core;

/**
 * Who signed a file.
 *
 * @param name subject of the certificate
 * @param distrust why the member does not trust it; empty if it does
 */
public record Signer(String name, String distrust) {
    public boolean trusted() {
        return distrust.isEmpty();
    }
}

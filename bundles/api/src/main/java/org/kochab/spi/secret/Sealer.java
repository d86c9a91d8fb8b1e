package org.kochab.spi.secret;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Encrypts what is stored of secrets, and decrypts it. What one member has sealed every other must be able to open. Thread-safe; called inline by threads that
 * must not wait, so it must not block.
 */
@ConsumerType
public interface Sealer {
    /**
     * @param purpose what it is for: it can be opened with the same words only
     * @return ciphertext that says how it was made; another each time
     */
    byte[] seal(byte[] plain, String purpose);

    /** @throws SealException if it was not sealed by this sealer's keys for that purpose, or was changed since */
    byte[] open(byte[] sealed, String purpose);
}

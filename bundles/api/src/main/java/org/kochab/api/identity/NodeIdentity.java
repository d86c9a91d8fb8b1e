package org.kochab.api.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A machine that has joined, or asked to.
 *
 * @param uid what its certificates say; another one if the machine joins again with another key
 * @param key fingerprint of its public key: SHA-256, base64url
 * @param expires when its last certificate ends; null if it has none yet
 */
public record NodeIdentity(
        String resourceManager, String node, String uid, String key, State state, @Nullable Instant expires) {
    /** What its certificate is good for. */
    public enum State {
        /** It has none yet: an operator is to approve of it. */
        WAITING,
        /** It is the node. */
        VALID,
        /** Nothing, until the machine joins again with a token made for it. */
        REVOKED
    }
}

package org.kochab.identity.internal.core;

import java.time.Instant;
import org.kochab.api.identity.NodeIdentity;
import org.kochab.api.identity.NodeIdentity.State;

/**
 * A node's identity as the directory keeps it, JSON.
 *
 * @param uid what its certificates say
 * @param key fingerprint of its public key
 * @param expires when its last certificate ends, milliseconds since 1970; 0 if it has none yet
 */
public record NodeRecord(String uid, String key, State state, long expires) {
    public NodeRecord in(State next) {
        return new NodeRecord(uid, key, next, expires);
    }

    public NodeRecord until(long millis) {
        return new NodeRecord(uid, key, state, millis);
    }

    public NodeIdentity shown(Keys.Place place) {
        return new NodeIdentity(
                place.resourceManager(),
                place.node(),
                uid,
                key,
                state,
                expires == 0 ? null : Instant.ofEpochMilli(expires));
    }
}

package org.kochab.identity.internal.core;

import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.JoinToken;

/**
 * A join token as the directory keeps it, JSON.
 *
 * @param hash of its secret
 * @param uses how many may still join with it. At 0 it stays until it expires: who has joined with it may have missed the answer
 * @param expires milliseconds since 1970
 */
public record TokenRecord(
        String hash, String resourceManager, @Nullable String node, int uses, long expires, boolean approval) {
    /** Whether it lets this machine ask at all. */
    public boolean admits(JoinToken shown, String manager, String name, long now) {
        return hash.equals(shown.hash())
                && now < expires
                && resourceManager.equals(manager)
                && (node == null || node.equals(name));
    }

    TokenRecord used() {
        return new TokenRecord(hash, resourceManager, node, uses - 1, expires, approval);
    }
}

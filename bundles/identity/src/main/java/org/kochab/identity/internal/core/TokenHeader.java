package org.kochab.identity.internal.core;

import org.jspecify.annotations.Nullable;

/**
 * How a token is signed, under the names that RFC 7515 gives.
 *
 * @param alg the signature's algorithm
 * @param kid which key
 */
public record TokenHeader(@Nullable String alg, @Nullable String typ, @Nullable String kid) {
    public static final String ES256 = "ES256";

    public static TokenHeader of(String key) {
        return new TokenHeader(ES256, "JWT", key);
    }

    /** Whether it is signed as this platform does with this key; what else there may be is not even tried. */
    public boolean isOf(String key) {
        return ES256.equals(alg) && key.equals(kid);
    }
}

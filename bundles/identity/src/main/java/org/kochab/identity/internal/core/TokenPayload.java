package org.kochab.identity.internal.core;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.AccountClaims;
import org.kochab.api.model.TenantId;

/**
 * What a token says, under the names that RFC 7519 gives; those of tenant, account and uid are ours.
 *
 * @param exp when it ends, seconds since 1970
 * @param iat when it was made, likewise
 */
public record TokenPayload(
        @Nullable String iss,
        @Nullable String sub,
        @Nullable List<String> aud,
        long exp,
        long iat,
        @Nullable String tenant,
        @Nullable String namespace,
        @Nullable String name,
        @Nullable String uid) {
    private static final String ISSUER = "kochab";

    public static TokenPayload of(AccountClaims claims, Instant now) {
        return new TokenPayload(
                ISSUER,
                claims.user(),
                claims.audiences(),
                claims.expires().getEpochSecond(),
                now.getEpochSecond(),
                claims.tenant().value(),
                claims.namespace(),
                claims.name(),
                claims.uid());
    }

    /** Empty if it has ended, or is none of an account. */
    public Optional<AccountClaims> claims(Instant now) {
        if (!ISSUER.equals(iss)
                || exp <= now.getEpochSecond()
                || aud == null
                || tenant == null
                || namespace == null
                || name == null
                || uid == null) {
            return Optional.empty();
        }
        return Optional.of(
                new AccountClaims(new TenantId(tenant), namespace, name, uid, aud, Instant.ofEpochSecond(exp)));
    }
}

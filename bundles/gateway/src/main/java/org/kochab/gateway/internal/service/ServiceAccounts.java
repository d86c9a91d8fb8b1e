package org.kochab.gateway.internal.service;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.identity.AccountClaims;
import org.kochab.api.identity.AccountToken;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.TokenRequest;

/** Callers that are service accounts: who a token is for, whether the account is still there, and new tokens. Any thread. */
final class ServiceAccounts implements AutoCloseable {
    /** Threads that one tenant's streams may have at a time: its partition may not answer. */
    private static final int MOST_OF_ONE = 4;

    private static final int MOST_READS = 32;
    private static final String REMEDY = ": kochab:token-create makes another one";

    private final Services services;
    private final Shares places = new Shares(MOST_READS, MOST_OF_ONE);
    private final FreshReads<ResourceRef, Optional<String>> uids;

    ServiceAccounts(Services services) {
        this.services = services;
        uids = new FreshReads<>("accounts", this::uidInTurn);
    }

    /**
     * Who shows a token. Does not block.
     *
     * @throws ApiError {@code Unauthorized} if it is none, has ended, or is for somebody else to read; {@code ServiceUnavailable} if that cannot be known yet
     */
    Caller caller(String token) {
        try {
            return services.tokens()
                    .read(token)
                    .filter(claims -> claims.audiences().contains(AccountTokens.API))
                    .map(Caller::of)
                    .orElseThrow(() -> ApiError.unauthorized("the token is not valid here, or has ended" + REMEDY));
        } catch (ResourceException e) {
            throw ApiError.of(e);
        }
    }

    /** Nobody is an account that has been deleted, whatever there is now of its name. Blocks for one read. */
    void require(Caller caller) {
        AccountClaims claims = caller.account();
        if (claims != null && !isIt(claims, uid(ref(claims)))) {
            throw gone(claims);
        }
    }

    static ApiError gone(AccountClaims claims) {
        return ApiError.unauthorized(
                claims.user() + ", for which the token was made, has been deleted, or the token has ended" + REMEDY);
    }

    /** Whether the caller is still somebody; empty if that is not known now. Does not block. */
    Optional<Boolean> isThere(Caller caller) {
        AccountClaims claims = caller.account();
        if (claims == null) {
            return Optional.of(true);
        }
        return services.clock().get().isBefore(claims.expires())
                ? uids.begun(ref(claims)).ready().map(uid -> isIt(claims, uid))
                : Optional.of(false);
    }

    private static boolean isIt(AccountClaims claims, Optional<String> uid) {
        return uid.equals(Optional.of(claims.uid()));
    }

    private static ResourceRef ref(AccountClaims claims) {
        return new ResourceRef(claims.tenant(), Kind.SERVICE_ACCOUNT, claims.namespace(), claims.name());
    }

    private Optional<String> uid(ResourceRef ref) {
        try {
            return services.resources()
                    .get(ref)
                    .map(account -> String.valueOf(account.metadata().uid()));
        } catch (ResourceException e) {
            if (e.reason() == ResourceException.Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Optional<String> uidInTurn(ResourceRef ref) {
        if (!places.take(ref.tenant())) {
            throw new IllegalStateException("too many accounts of tenant " + ref.tenant() + " are looked at");
        }
        try {
            return uid(ref);
        } finally {
            places.giveBack(ref.tenant());
        }
    }

    /** Makes a token of the account that is asked for. */
    void issue(Asked asked, ServiceAccount account, Exchange exchange) {
        if (asked.request().dryRun()) {
            throw ApiError.badRequest("dryRun: a token cannot be tried; leave it out");
        }
        TokenRequest wanted = TokenRequest.of(asked.request().body());
        Duration lifetime = wanted.lifetime().orElse(AccountTokens.USUAL);
        List<String> audiences = new ArrayList<>(wanted.audiences());
        if (audiences.isEmpty()) {
            audiences.add(AccountTokens.API);
        }
        AccountToken token = services.tokens().issue(account, audiences, lifetime);
        Instant now = services.clock().get();
        exchange.answer(201, TokenRequest.answer(account.metadata(), audiences, lifetime, token, now), List.of());
    }

    @Override
    public void close() {
        uids.close();
    }
}

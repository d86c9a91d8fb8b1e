package org.kochab.gateway.internal.service;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.PolicyRule;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Authoriser;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.TenantRoles;

/**
 * Operators may do everything, administrators everything in their own tenant, others what its roles say. The platform's kinds are for users of tenant {@link
 * TenantId#SYSTEM} only.
 */
final class RoleAuthoriser implements Authoriser {
    private static final List<String> ALL = List.of("*");
    private static final List<PolicyRule> EVERYTHING =
            List.of(PolicyRule.of(ALL, ALL, ALL), new PolicyRule(ALL, List.of(), List.of(), List.of(), ALL));

    private final RoleReads reads;

    RoleAuthoriser(RoleReads reads) {
        this.reads = reads;
    }

    @Override
    public boolean admits(Caller caller, TenantId tenant) {
        return caller.isOperator() || caller.tenant().equals(tenant);
    }

    /** Whether that is decided without roles. */
    static Optional<Boolean> withoutRoles(Caller caller, Attempt attempt) {
        if (caller.isOperator()) {
            return Optional.of(true);
        }
        boolean own = caller.tenant().equals(attempt.tenant());
        if (!own || attempt.platform() && !caller.tenant().equals(TenantId.SYSTEM)) {
            return Optional.of(false);
        }
        return caller.isAdministrator() ? Optional.of(true) : Optional.empty();
    }

    @Override
    public boolean allows(Caller caller, Attempt attempt) {
        return withoutRoles(caller, attempt)
                .orElseGet(() -> roles(attempt.tenant()).allow(caller, attempt));
    }

    @Override
    public List<PolicyRule> rules(Caller caller, TenantId tenant, @Nullable String namespace) {
        return caller.isAdministrator() ? EVERYTHING : roles(tenant).rules(caller, namespace);
    }

    @Override
    public TenantRoles roles(TenantId tenant) {
        return reads.roles(tenant);
    }
}

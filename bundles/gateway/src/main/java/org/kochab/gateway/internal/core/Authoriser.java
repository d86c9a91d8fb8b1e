package org.kochab.gateway.internal.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.PolicyRule;
import org.kochab.api.model.TenantId;

/** Decides who may do what, before anything is looked up. The only place that does. Any thread. */
public interface Authoriser {
    /** Whether the caller may see anything at all of a tenant. Does not block. */
    boolean admits(Caller caller, TenantId tenant);

    /**
     * Whether the caller may do that; asked only of tenants to which it is admitted. Blocks a few seconds at most; {@code ServiceUnavailable} if the tenant's roles
     * cannot be read.
     */
    boolean allows(Caller caller, Attempt attempt);

    /**
     * What the caller may do in a namespace of a tenant to which it is admitted. Blocks and fails as {@link #allows}.
     *
     * @param namespace null for what is allowed in all
     */
    List<PolicyRule> rules(Caller caller, TenantId tenant, @Nullable String namespace);

    /** The tenant's roles. Blocks and fails as {@link #allows}. */
    TenantRoles roles(TenantId tenant);
}

package org.kochab.gateway.internal.core;

import org.kochab.api.model.TenantId;

/** Decides who may do what, before anything is looked up. The only place that does. Any thread; does not block. */
public interface Authoriser {
    /** Whether the caller may see anything at all of a tenant. */
    boolean admits(Caller caller, TenantId tenant);

    /** Whether the caller may do that; asked only of tenants to which it is admitted. */
    boolean allows(Caller caller, Attempt attempt);

    /** Operators may do everything, users everything in their own tenant. */
    Authoriser BY_TENANT = new Authoriser() {
        @Override
        public boolean admits(Caller caller, TenantId tenant) {
            return caller.isOperator() || caller.tenant().equals(tenant);
        }

        @Override
        public boolean allows(Caller caller, Attempt attempt) {
            return admits(caller, attempt.tenant()) && (caller.isOperator() || !attempt.platform());
        }
    };
}

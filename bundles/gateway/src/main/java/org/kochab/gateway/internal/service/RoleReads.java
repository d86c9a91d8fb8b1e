package org.kochab.gateway.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceService;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.TenantRoles;
import org.kochab.gateway.internal.service.FreshReads.Read;

/** Tenants' roles, read from their partitions as {@link FreshReads} says. Any thread. */
final class RoleReads implements AutoCloseable {
    private static final int MOST_OBJECTS = 10_000;
    private static final int PAGE = 1_000;
    private static final List<Kind> KINDS =
            List.of(Kind.CLUSTER_ROLE_BINDING, Kind.ROLE_BINDING, Kind.CLUSTER_ROLE, Kind.ROLE);

    private final ResourceService resources;
    private final FreshReads<TenantId, TenantRoles> reads;

    RoleReads(ResourceService resources) {
        this.resources = resources;
        reads = new FreshReads<>("roles", this::read);
    }

    /** Waits a few seconds at most; {@code ServiceUnavailable} if they cannot be read. */
    TenantRoles roles(TenantId tenant) {
        return reads.get(
                tenant,
                why -> ApiError.unavailable("what you may do cannot be found out, for the roles of tenant " + tenant
                        + " cannot be read now: " + why));
    }

    /** What is fresh, or is being read. Does not block. */
    Read<TenantRoles> begun(TenantId tenant) {
        return reads.begun(tenant);
    }

    /** What is known of a tenant's roles is not so any more. */
    void changed(TenantId tenant) {
        reads.changed(tenant);
    }

    private TenantRoles read(TenantId tenant) {
        try {
            List<Resource> objects = new ArrayList<>();
            for (Kind kind : KINDS) {
                read(tenant, kind, objects);
            }
            return new TenantRoles(objects);
        } catch (ResourceException e) {
            if (e.reason() == ResourceException.Reason.NOT_FOUND) {
                return TenantRoles.NONE;
            }
            throw e;
        }
    }

    private void read(TenantId tenant, Kind kind, List<Resource> into) {
        Optional<String> next = Optional.empty();
        do {
            ResourcePage page =
                    resources.list(tenant, kind, Query.namespace(null).page(PAGE, next));
            into.addAll(page.items());
            next = page.next();
            if (into.size() > MOST_OBJECTS) {
                throw new IllegalStateException("there are more than " + MOST_OBJECTS
                        + " roles and bindings; an administrator can delete some, or bind groups in place of users");
            }
        } while (next.isPresent());
    }

    @Override
    public void close() {
        reads.close();
    }
}

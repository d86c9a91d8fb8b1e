package org.kochab.gateway.internal.service;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.ApiError.About;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Request;

/**
 * What is asked of objects of a kind, once it is clear that it may be.
 *
 * @param caller who asks
 * @param tenant {@link TenantId#SYSTEM} for kinds of the platform
 * @param namespace null for all, and for kinds outside namespaces
 * @param name null for all
 */
record Asked(
        Request request, Caller caller, TenantId tenant, Kind kind, @Nullable String namespace, @Nullable String name) {
    ResourceRef ref() {
        return new ResourceRef(tenant, kind, namespace, String.valueOf(name));
    }

    About about() {
        return about(name);
    }

    About about(@Nullable String of) {
        return new About(kind.group(), kind.plural(), of);
    }

    ApiError missing() {
        return ApiError.notFound(qualified() + " \"" + name + "\" not found");
    }

    private String qualified() {
        String group = kind.group();
        return group.isEmpty() ? kind.plural() : kind.plural() + "." + group;
    }
}
